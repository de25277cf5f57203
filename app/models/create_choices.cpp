// SPDX-License-Identifier: Apache-2.0
#include "models/create_choices.h"

#include "models/quantities.h"
#include "workspace/ssh_command_line.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QRegularExpression>

namespace nimbook::models {

namespace {

QString choiceText(const char *text)
{
    return QCoreApplication::translate("create_choices", text);
}

} // namespace

QString machineTypeText(const cloud::MachineType &type, const workspace::GpuChoice &gpu)
{
    // Google gives memory in powers of two; 30720 MB is what its pages call 30 GB.
    const double gigabytes = double(type.memoryMb) / 1024;
    const QString memory = QLocale().toString(gigabytes, 'f', gigabytes == qRound64(gigabytes) ? 0 : 1);
    const QString text = QCoreApplication::translate("create_choices", "%1 · %2 vCPU · %3 GB", "machine type, processors, memory").arg(type.name).arg(type.guestCpus).arg(memory);
    if (!gpu.parts.contains(type.name))
        return text;
    return QCoreApplication::translate("create_choices", "%1 · 1/%2 GPU, %3 GB", "machine type, part of a GPU, its memory")
        .arg(text).arg(gpu.parts.value(type.name)).arg(gpu.memoryGbOf(type.name, 1));
}

QString containerImageProblem(const QString &reference)
{
    if (reference.isEmpty())
        return choiceText(QT_TRANSLATE_NOOP("create_choices", "Enter an image such as quay.io/jupyter/scipy-notebook:latest."));
    static const QRegularExpression whitespace(QStringLiteral("\\s"));
    if (reference.contains(whitespace))
        return choiceText(QT_TRANSLATE_NOOP("create_choices", "An image reference contains no spaces."));
    if (reference.contains(u"://"))
        return choiceText(QT_TRANSLATE_NOOP("create_choices", "Leave out “https://”: an image reference begins with the registry's name."));
    // Source: the grammar in distribution/reference; names are lower case, tags up to 128 characters.
    static const QRegularExpression grammar(QStringLiteral(
        "^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?/)?"
        "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*"
        "(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$"));
    if (!grammar.match(reference).hasMatch())
        return QCoreApplication::translate("create_choices", "“%1” is not an image reference: registry/name:tag, the name in lower case.").arg(reference);
    return {};
}

QString diskSizeProblem(qint64 sizeGb, qint64 minimumGb, const QString &imageTitle)
{
    if (sizeGb < minimumGb)
        return QCoreApplication::translate("create_choices", "%1 needs a disk of at least %2 GB.").arg(imageTitle).arg(minimumGb);
    if (sizeGb > 65536)
        return choiceText(QT_TRANSLATE_NOOP("create_choices", "A disk holds at most 65 536 GB."));
    return {};
}

QString freeMachineName(const QStringList &taken, const QString &wanted)
{
    if (!taken.contains(wanted))
        return wanted;
    static const QRegularExpression number(QStringLiteral("-?[0-9]{1,6}$"));
    QString stem = wanted;
    stem.remove(number);
    stem = stem.left(56); // room for the number: 63 in all
    for (int next = 2;; ++next) {
        const QString name = QStringLiteral("%1-%2").arg(stem).arg(next);
        if (!taken.contains(name))
            return name;
    }
}

QString moneyText(qint64 micros)
{
    const double dollars = double(micros) / 1'000'000;
    return u'$' + QLocale(QLocale::English, QLocale::UnitedStates).toString(dollars, 'f', dollars > 0 && dollars < 0.1 ? 3 : 2);
}

QString nimbookctlCommand(const cloud::CreateSpec &spec, const workspace::CapacityPlan &plan, const QString &containerImage, bool sandbox)
{
    QStringList options{spec.hasGpu() ? QStringLiteral("nimbookctl create-instance") : QStringLiteral("nimbookctl create-instance-cpu")};
    if (sandbox)
        options << QStringLiteral("--sandbox");
    const auto add = [&options](const char *name, const QString &value) {
        if (!value.isEmpty())
            options << QStringLiteral("--%1 %2").arg(QLatin1String(name), workspace::shellText({value}));
    };
    add("gcp-project-id", spec.ref.project);
    add("instance-name", spec.ref.name);
    add("zone", spec.ref.zone);
    using Reach = workspace::CapacityPlan::Reach;
    add("other-zones", plan.reach == Reach::Region ? QStringLiteral("region") : plan.reach == Reach::Anywhere ? QStringLiteral("any") : QString());
    add("keep-trying", plan.keepTrying.count() > 0 ? QStringLiteral("%1m").arg(plan.keepTrying.count()) : QString());
    add("machine-type", spec.machineType);
    if (spec.acceleratorCount > 0)
        add("accelerator", QStringLiteral("type=%1,count=%2").arg(spec.acceleratorType).arg(spec.acceleratorCount));
    add("boot-disk-size", QStringLiteral("%1GB").arg(spec.diskSizeGb));
    add("boot-disk-type", spec.diskType);
    add("image-project", spec.imageProject);
    add("image-family", spec.imageFamily);
    add("docker-image", containerImage);
    if (spec.spot) {
        add("provisioning-model", QStringLiteral("SPOT"));
        add("instance-termination-action", spec.spotEnd == cloud::SpotEnd::Delete ? QStringLiteral("DELETE") : QStringLiteral("STOP"));
    }
    add("min-cpu-platform", spec.minCpuPlatform);
    add("network", spec.network);
    add("subnet", spec.subnetwork);
    if (!spec.externalAddress)
        options << QStringLiteral("--no-address");
    add("scopes", spec.scopes.isEmpty() ? QStringLiteral("none") : spec.scopes.join(u','));
    QStringList labels;
    for (auto label = spec.labels.cbegin(); label != spec.labels.cend(); ++label)
        labels << label.key() + u'=' + label.value();
    add("labels", labels.join(u','));
    return options.join(QStringLiteral(" \\\n    "));
}

QString insertRequestText(const cloud::CreateSpec &spec, const QUrl &compute)
{
    cloud::CreateSpec shown = spec;
    if (shown.metadata.contains(QStringLiteral("startup-script"))) // long, and shown elsewhere
        shown.metadata.insert(QStringLiteral("startup-script"), QStringLiteral("…"));
    const QUrl address = compute.resolved(QUrl(QStringLiteral("projects/%1/zones/%2/instances").arg(spec.ref.project, spec.ref.zone)));
    return QStringLiteral("POST %1\n\n").arg(address.toString()) + QString::fromUtf8(QJsonDocument(cloud::insertBody(shown)).toJson(QJsonDocument::Indented));
}

QString gcloudCommand(const cloud::CreateSpec &spec)
{
    // Quoted for a POSIX shell whenever it holds more than harmless characters.
    const auto quoted = [](const QString &text) {
        static const QRegularExpression harmless(QStringLiteral("^[A-Za-z0-9_./:=,@%+-]+$"));
        return harmless.match(text).hasMatch() ? text : u'\'' + QString(text).replace(u'\'', QStringLiteral("'\\''")) + u'\'';
    };
    QStringList options{QStringLiteral("gcloud compute instances create %1").arg(quoted(spec.ref.name)),
                        QStringLiteral("--project=%1").arg(quoted(spec.ref.project)),
                        QStringLiteral("--zone=%1").arg(quoted(spec.ref.zone)),
                        QStringLiteral("--machine-type=%1").arg(quoted(spec.machineType))};
    if (spec.acceleratorCount > 0 && !spec.machineTypeHasGpu)
        options << QStringLiteral("--accelerator=type=%1,count=%2").arg(spec.acceleratorType).arg(spec.acceleratorCount);
    if (spec.hasGpu() || spec.spot)
        options << QStringLiteral("--maintenance-policy=TERMINATE");
    if (spec.spot)
        options << QStringLiteral("--provisioning-model=SPOT") << (spec.spotEnd == cloud::SpotEnd::Delete ? QStringLiteral("--instance-termination-action=DELETE")
                                                                                                                                    : QStringLiteral("--instance-termination-action=STOP"));
    options << QStringLiteral("--image-project=%1").arg(quoted(spec.imageProject)) << QStringLiteral("--image-family=%1").arg(quoted(spec.imageFamily))
            << QStringLiteral("--boot-disk-size=%1GB").arg(spec.diskSizeGb) << QStringLiteral("--boot-disk-type=%1").arg(spec.diskType);
    if (!spec.minCpuPlatform.isEmpty())
        options << QStringLiteral("--min-cpu-platform=%1").arg(quoted(spec.minCpuPlatform));
    if (!spec.network.isEmpty())
        options << QStringLiteral("--network=%1").arg(quoted(spec.network));
    if (!spec.subnetwork.isEmpty())
        options << QStringLiteral("--subnet=%1").arg(quoted(spec.subnetwork));
    if (!spec.externalAddress)
        options << QStringLiteral("--no-address");
    if (spec.scopes.isEmpty())
        options << QStringLiteral("--no-service-account") << QStringLiteral("--no-scopes");
    else
        options << QStringLiteral("--scopes=%1").arg(quoted(spec.scopes.join(u',')));
    QStringList labels;
    for (auto label = spec.labels.cbegin(); label != spec.labels.cend(); ++label)
        labels << label.key() + u'=' + label.value();
    if (!labels.isEmpty())
        options << QStringLiteral("--labels=%1").arg(quoted(labels.join(u',')));
    QStringList metadata{QStringLiteral("enable-guest-attributes=TRUE")};
    for (auto item = spec.metadata.cbegin(); item != spec.metadata.cend(); ++item) {
        if (item.key() != u"startup-script" && item.key() != u"ssh-keys" && item.key() != u"enable-guest-attributes")
            metadata << item.key() + u'=' + item.value();
    }
    options << QStringLiteral("--metadata=%1").arg(quoted(metadata.join(u',')));
    if (spec.metadata.contains(QStringLiteral("startup-script")))
        options << QStringLiteral("--metadata-from-file=startup-script=startup.sh");
    return options.join(QStringLiteral(" \\\n    "));
}

} // namespace nimbook::models
