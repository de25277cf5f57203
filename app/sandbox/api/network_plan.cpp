// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/network_plan.h"

#include "sandbox/api/catalogue.h"
#include "sandbox/api/google_words.h"
#include "sandbox/api/resource_store.h"

namespace nimbook::sandbox {

namespace {

const QString networkCreationTime = QStringLiteral("2024-03-11T01:22:07.120-07:00");

QJsonObject globalResource(const QString &kind, const QString &path, const QString &id)
{
    return {{QStringLiteral("kind"), QLatin1String("compute#") + kind},
            {QStringLiteral("id"), id},
            {QStringLiteral("name"), lastSegment(path)},
            {QStringLiteral("creationTimestamp"), networkCreationTime},
            {QStringLiteral("selfLink"), link(path)}};
}

QString networkPath(const QString &project)
{
    return QStringLiteral("projects/%1/global/networks/default").arg(project);
}

QString subnetworkPath(const QString &project, const QString &region)
{
    return QStringLiteral("projects/%1/regions/%2/subnetworks/default").arg(project, region);
}

int secondOctet(const QString &region, const Services &services)
{
    return 128 + int(services.catalogue.regions().indexOf(region));
}

} // namespace

QJsonObject defaultNetwork(const QString &project, const Services &services)
{
    QJsonObject network = globalResource(QStringLiteral("network"), networkPath(project), QStringLiteral("6413297708255140911"));
    network[QStringLiteral("description")] = QStringLiteral("Default network for the project");
    network[QStringLiteral("autoCreateSubnetworks")] = true;
    network[QStringLiteral("routingConfig")] = QJsonObject{{QStringLiteral("routingMode"), QStringLiteral("REGIONAL")}};
    QJsonArray subnetworks;
    for (const QString &region : services.catalogue.regions())
        subnetworks.append(link(subnetworkPath(project, region)));
    network[QStringLiteral("subnetworks")] = subnetworks;
    return network;
}

QJsonObject defaultSubnetwork(const QString &project, const QString &region, const Services &services)
{
    const int octet = secondOctet(region, services);
    QJsonObject subnetwork = globalResource(QStringLiteral("subnetwork"), subnetworkPath(project, region),
                                            QStringLiteral("55102938477120%1").arg(octet));
    subnetwork[QStringLiteral("region")] = link(QStringLiteral("projects/%1/regions/%2").arg(project, region));
    subnetwork[QStringLiteral("network")] = link(networkPath(project));
    subnetwork[QStringLiteral("ipCidrRange")] = QStringLiteral("10.%1.0.0/20").arg(octet);
    subnetwork[QStringLiteral("gatewayAddress")] = QStringLiteral("10.%1.0.1").arg(octet);
    subnetwork[QStringLiteral("fingerprint")] = fingerprint(subnetworkPath(project, region).toUtf8());
    subnetwork[QStringLiteral("privateIpGoogleAccess")] = false;
    subnetwork[QStringLiteral("purpose")] = QStringLiteral("PRIVATE");
    subnetwork[QStringLiteral("stackType")] = QStringLiteral("IPV4_ONLY");
    return subnetwork;
}

QList<QJsonObject> defaultFirewalls(const QString &project)
{
    QJsonObject ssh = globalResource(QStringLiteral("firewall"), QStringLiteral("projects/%1/global/firewalls/default-allow-ssh").arg(project),
                                     QStringLiteral("7720015236419945307"));
    ssh[QStringLiteral("description")] = QStringLiteral("Allow SSH from anywhere");
    ssh[QStringLiteral("network")] = link(networkPath(project));
    ssh[QStringLiteral("priority")] = 65534;
    ssh[QStringLiteral("direction")] = QStringLiteral("INGRESS");
    ssh[QStringLiteral("disabled")] = false;
    ssh[QStringLiteral("sourceRanges")] = QJsonArray{QStringLiteral("0.0.0.0/0")};
    ssh[QStringLiteral("allowed")] = QJsonArray{QJsonObject{{QStringLiteral("IPProtocol"), QStringLiteral("tcp")},
                                                            {QStringLiteral("ports"), QJsonArray{QStringLiteral("22")}}}};
    return {ssh};
}

tl::expected<QJsonArray, ApiError> networkInterfaces(const QJsonArray &wanted, const QString &project, const QString &zone,
                                                     const Services &services)
{
    const QString region = regionOfZone(zone);
    QJsonArray shown;
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        const QJsonObject nic = wanted.at(i).toObject();
        const QString network = nic.value(QLatin1String("network")).toString();
        const QString subnetwork = nic.value(QLatin1String("subnetwork")).toString();
        if (!network.isEmpty() && relativePath(network, project) != networkPath(project))
            return notFound(relativePath(network, project));
        if (!subnetwork.isEmpty() && relativePath(subnetwork, project) != subnetworkPath(project, region))
            return notFound(relativePath(subnetwork, project));

        QJsonObject counters = services.store.settings(QStringLiteral("internalAddresses"));
        const int number = counters.value(region).toInt();
        counters[region] = number + 1;
        services.store.setSettings(QStringLiteral("internalAddresses"), counters);
        QJsonObject out{{QStringLiteral("kind"), QStringLiteral("compute#networkInterface")},
                        {QStringLiteral("name"), QStringLiteral("nic%1").arg(i)},
                        {QStringLiteral("network"), link(networkPath(project))},
                        {QStringLiteral("subnetwork"), link(subnetworkPath(project, region))},
                        {QStringLiteral("networkIP"), QStringLiteral("10.%1.%2.%3").arg(secondOctet(region, services)).arg(number / 250 % 16).arg(number % 250 + 2)},
                        {QStringLiteral("fingerprint"), fingerprint(newId().toLatin1())},
                        {QStringLiteral("stackType"), QStringLiteral("IPV4_ONLY")}};
        QJsonArray access;
        for (const QJsonValue &config : nic.value(QLatin1String("accessConfigs")).toArray()) {
            const QString name = config.toObject().value(QLatin1String("name")).toString();
            access.append(QJsonObject{{QStringLiteral("kind"), QStringLiteral("compute#accessConfig")},
                                      {QStringLiteral("type"), QStringLiteral("ONE_TO_ONE_NAT")},
                                      {QStringLiteral("name"), name.isEmpty() ? QStringLiteral("External NAT") : name},
                                      {QStringLiteral("networkTier"), QStringLiteral("PREMIUM")}});
        }
        if (!access.isEmpty())
            out[QStringLiteral("accessConfigs")] = access;
        shown.append(out);
    }
    return shown;
}

QJsonArray withNatIp(QJsonArray interfaces, const QString &address)
{
    if (interfaces.isEmpty())
        return interfaces;
    QJsonObject nic = interfaces.first().toObject();
    QJsonArray access = nic.value(QLatin1String("accessConfigs")).toArray();
    if (access.isEmpty())
        return interfaces;
    QJsonObject config = access.first().toObject();
    if (address.isEmpty())
        config.remove(QStringLiteral("natIP"));
    else
        config[QStringLiteral("natIP")] = address;
    access.replace(0, config);
    nic[QStringLiteral("accessConfigs")] = access;
    interfaces.replace(0, nic);
    return interfaces;
}

} // namespace nimbook::sandbox
