// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/seeder.h"

#include "sandbox/api/google_words.h"
#include "sandbox/api/metadata_rules.h"
#include "sandbox/api/private_file.h"

#include <QDateTime>

namespace nimbook::sandbox {

namespace {

struct SeedMachine {
    QString project;
    QString number; ///< of the project
    QString name;
    QString zone;
    QString machineType;
    QJsonObject gpu;
    QString status;
    int diskGb = 10;
    double ageHours = 1;
    QJsonObject labels;
    bool deletionProtection = false;
    QJsonObject ours; ///< the private part
};

QString pathIn(const SeedMachine &machine, const char *collection, const QString &name)
{
    return QStringLiteral("projects/%1/zones/%2/%3/%4").arg(machine.project, machine.zone, QLatin1String(collection), name);
}

QJsonObject seedDisk(const SeedMachine &machine, const QString &created, const QString &type, bool attached)
{
    QJsonObject disk{{QStringLiteral("kind"), QStringLiteral("compute#disk")},
                     {QStringLiteral("id"), newId()},
                     {QStringLiteral("name"), machine.name},
                     {QStringLiteral("creationTimestamp"), created},
                     {QStringLiteral("zone"), link(QStringLiteral("projects/%1/zones/%2").arg(machine.project, machine.zone))},
                     {QStringLiteral("selfLink"), link(pathIn(machine, "disks", machine.name))},
                     {QStringLiteral("status"), QStringLiteral("READY")},
                     {QStringLiteral("sizeGb"), QString::number(machine.diskGb)},
                     {QStringLiteral("type"), link(pathIn(machine, "diskTypes", type))},
                     {QStringLiteral("physicalBlockSizeBytes"), QStringLiteral("4096")},
                     {QStringLiteral("labelFingerprint"), labelFingerprint(machine.labels)},
                     {QStringLiteral("_sandbox"), machine.ours}};
    if (attached) {
        disk[QStringLiteral("users")] = QJsonArray{link(pathIn(machine, "instances", machine.name))};
        disk[QStringLiteral("sourceImage")] = link(QStringLiteral("projects/debian-cloud/global/images/debian-12-bookworm-v20260609"));
    }
    if (!machine.labels.isEmpty())
        disk[QStringLiteral("labels")] = machine.labels;
    return disk;
}

QJsonObject seedInstance(const SeedMachine &machine, const QString &created, int number)
{
    const bool terminates = !machine.gpu.isEmpty();
    const QString region = regionOfZone(machine.zone);
    QJsonObject access{{QStringLiteral("kind"), QStringLiteral("compute#accessConfig")},
                       {QStringLiteral("type"), QStringLiteral("ONE_TO_ONE_NAT")},
                       {QStringLiteral("name"), QStringLiteral("External NAT")},
                       {QStringLiteral("networkTier"), QStringLiteral("PREMIUM")}};
    if (machine.status == QLatin1String("RUNNING") && machine.ours.value(QLatin1String("record")).toBool())
        access[QStringLiteral("natIP")] = QStringLiteral("203.0.113.%1").arg(number % 250 + 1);
    const QJsonObject nic{{QStringLiteral("kind"), QStringLiteral("compute#networkInterface")},
                          {QStringLiteral("name"), QStringLiteral("nic0")},
                          {QStringLiteral("network"), link(QStringLiteral("projects/%1/global/networks/default").arg(machine.project))},
                          {QStringLiteral("subnetwork"), link(QStringLiteral("projects/%1/regions/%2/subnetworks/default").arg(machine.project, region))},
                          {QStringLiteral("networkIP"), QStringLiteral("10.%1.%2.%3").arg(128 + number / 62500 % 40).arg(number / 250 % 250).arg(number % 250 + 2)},
                          {QStringLiteral("fingerprint"), fingerprint(machine.name.toUtf8())},
                          {QStringLiteral("stackType"), QStringLiteral("IPV4_ONLY")},
                          {QStringLiteral("accessConfigs"), QJsonArray{access}}};
    const QJsonObject disk{{QStringLiteral("kind"), QStringLiteral("compute#attachedDisk")},
                           {QStringLiteral("index"), 0},
                           {QStringLiteral("boot"), true},
                           {QStringLiteral("autoDelete"), true},
                           {QStringLiteral("type"), QStringLiteral("PERSISTENT")},
                           {QStringLiteral("mode"), QStringLiteral("READ_WRITE")},
                           {QStringLiteral("interface"), QStringLiteral("SCSI")},
                           {QStringLiteral("deviceName"), QStringLiteral("persistent-disk-0")},
                           {QStringLiteral("source"), link(pathIn(machine, "disks", machine.name))},
                           {QStringLiteral("diskSizeGb"), QString::number(machine.diskGb)}};
    QJsonObject instance{
        {QStringLiteral("kind"), QStringLiteral("compute#instance")},
        {QStringLiteral("id"), newId()},
        {QStringLiteral("name"), machine.name},
        {QStringLiteral("creationTimestamp"), created},
        {QStringLiteral("lastStartTimestamp"), created},
        {QStringLiteral("zone"), link(QStringLiteral("projects/%1/zones/%2").arg(machine.project, machine.zone))},
        {QStringLiteral("selfLink"), link(pathIn(machine, "instances", machine.name))},
        {QStringLiteral("machineType"), link(pathIn(machine, "machineTypes", machine.machineType))},
        {QStringLiteral("status"), machine.status},
        {QStringLiteral("cpuPlatform"), QStringLiteral("Intel Cascade Lake")},
        {QStringLiteral("canIpForward"), false},
        {QStringLiteral("startRestricted"), false},
        {QStringLiteral("deletionProtection"), machine.deletionProtection},
        {QStringLiteral("fingerprint"), fingerprint(pathIn(machine, "instances", machine.name).toUtf8())},
        {QStringLiteral("labelFingerprint"), labelFingerprint(machine.labels)},
        {QStringLiteral("metadata"), metadataResource({QJsonObject{{QStringLiteral("key"), QStringLiteral("enable-guest-attributes")},
                                                                   {QStringLiteral("value"), QStringLiteral("TRUE")}}})},
        {QStringLiteral("tags"), QJsonObject{{QStringLiteral("fingerprint"), fingerprint(QJsonObject{{QStringLiteral("tags"), QJsonArray()}})}}},
        {QStringLiteral("scheduling"), QJsonObject{{QStringLiteral("onHostMaintenance"), terminates ? QStringLiteral("TERMINATE") : QStringLiteral("MIGRATE")},
                                                   {QStringLiteral("automaticRestart"), true},
                                                   {QStringLiteral("preemptible"), false},
                                                   {QStringLiteral("provisioningModel"), QStringLiteral("STANDARD")}}},
        {QStringLiteral("serviceAccounts"), QJsonArray{QJsonObject{{QStringLiteral("email"), machine.number + QStringLiteral("-compute@developer.gserviceaccount.com")},
                                                                   {QStringLiteral("scopes"), QJsonArray{QStringLiteral("https://www.googleapis.com/auth/cloud-platform")}}}}},
        {QStringLiteral("networkInterfaces"), QJsonArray{nic}},
        {QStringLiteral("disks"), QJsonArray{disk}},
        {QStringLiteral("_sandbox"), machine.ours}};
    if (!machine.labels.isEmpty())
        instance[QStringLiteral("labels")] = machine.labels;
    if (!machine.gpu.isEmpty())
        instance[QStringLiteral("guestAccelerators")] = QJsonArray{
            QJsonObject{{QStringLiteral("acceleratorType"), link(pathIn(machine, "acceleratorTypes", machine.gpu.value(QLatin1String("type")).toString()))},
                        {QStringLiteral("acceleratorCount"), machine.gpu.value(QLatin1String("count"))}}};
    return instance;
}

void putMachine(ResourceStore &store, const SeedMachine &machine, int number)
{
    const QString created = pacificTime(QDateTime::currentDateTimeUtc().addSecs(-qint64(machine.ageHours * 3600)));
    const QString scope = QStringLiteral("zones/") + machine.zone;
    store.put({machine.project, scope, QStringLiteral("disks"), machine.name}, seedDisk(machine, created, QStringLiteral("pd-balanced"), true));
    store.put({machine.project, scope, QStringLiteral("instances"), machine.name}, seedInstance(machine, created, number));
}

} // namespace

void seedStore(ResourceStore &store, const SeedOptions &options)
{
    QJsonObject projects;
    int number = 0;
    for (const QJsonValue &value : readJsonFile(QStringLiteral(":/sandbox/projects.json")).value(QLatin1String("projects")).toArray()) {
        const QJsonObject project = value.toObject();
        const QString id = project.value(QLatin1String("projectId")).toString();
        QJsonObject known = project;
        for (const char *field : {"machines", "disks", "projectId"})
            known.remove(QLatin1String(field));
        projects[id] = known;
        const auto read = [&](const QJsonObject &from) {
            SeedMachine machine;
            machine.project = id;
            machine.number = project.value(QLatin1String("number")).toString();
            machine.name = from.value(QLatin1String("name")).toString();
            machine.zone = from.value(QLatin1String("zone")).toString();
            machine.machineType = from.value(QLatin1String("machineType")).toString();
            machine.gpu = from.value(QLatin1String("gpu")).toObject();
            machine.status = from.value(QLatin1String("status")).toString();
            machine.diskGb = from.value(QLatin1String("diskGb")).toInt(from.value(QLatin1String("sizeGb")).toInt());
            machine.ageHours = from.value(QLatin1String("ageHours")).toDouble();
            machine.labels = from.value(QLatin1String("labels")).toObject();
            machine.deletionProtection = from.value(QLatin1String("deletionProtection")).toBool();
            machine.ours = {{QStringLiteral("record"), !options.foreignMachinesAreReal}};
            return machine;
        };
        for (const QJsonValue &machine : project.value(QLatin1String("machines")).toArray())
            putMachine(store, read(machine.toObject()), number++);
        for (const QJsonValue &disk : project.value(QLatin1String("disks")).toArray()) {
            const SeedMachine lone = read(disk.toObject());
            const QString created = pacificTime(QDateTime::currentDateTimeUtc().addSecs(-qint64(lone.ageHours * 3600)));
            store.put({id, QStringLiteral("zones/") + lone.zone, QStringLiteral("disks"), lone.name},
                      seedDisk(lone, created, disk.toObject().value(QLatin1String("type")).toString(), false));
        }
    }
    store.setSettings(QStringLiteral("projects"), projects);

    const QStringList zones{QStringLiteral("us-central1-a"), QStringLiteral("us-central1-b"), QStringLiteral("us-east1-b"),
                            QStringLiteral("us-west1-a"), QStringLiteral("europe-west1-b"), QStringLiteral("europe-west4-a"),
                            QStringLiteral("asia-east1-a"), QStringLiteral("asia-southeast1-b")};
    for (int i = 0; i < options.records; ++i) {
        SeedMachine machine;
        machine.project = QStringLiteral("vision-lab");
        machine.number = projects.value(machine.project).toObject().value(QLatin1String("number")).toString();
        machine.name = QStringLiteral("batch-%1").arg(i, 5, 10, QLatin1Char('0'));
        machine.zone = zones.at(i % zones.size());
        machine.machineType = i % 3 == 0 ? QStringLiteral("e2-standard-4") : QStringLiteral("n1-standard-4");
        machine.status = i % 5 < 2 ? QStringLiteral("RUNNING") : QStringLiteral("TERMINATED");
        machine.ageHours = 1 + i % 2000;
        machine.labels = {{QStringLiteral("fleet"), QStringLiteral("batch")}, {QStringLiteral("shard"), QString::number(i % 16)}};
        machine.ours = {{QStringLiteral("record"), true}, {QStringLiteral("uncounted"), true}};
        putMachine(store, machine, number++);
    }
}

} // namespace nimbook::sandbox
