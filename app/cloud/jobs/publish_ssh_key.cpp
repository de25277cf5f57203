// SPDX-License-Identifier: Apache-2.0
#include "cloud/jobs/publish_ssh_key.h"

#include "cloud/jobs/ssh_key_lines.h"
#include "cloud/jobs/update_metadata_job.h"

#include <QCoreApplication>

namespace nimbook::cloud {

namespace {

struct PublishKeyText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cloud::PublishKeyText)
};

const QString sshKeysItem = QStringLiteral("ssh-keys");

bool saysOsLogin(const QMap<QString, QString> &metadata)
{
    return metadata.value(QStringLiteral("enable-oslogin")).compare(QLatin1String("true"), Qt::CaseInsensitive) == 0;
}

QString withKey(const QMap<QString, QString> &metadata, const QString &line, const SshKeyWish &wish)
{
    return sshKeysWith(metadata.value(sshKeysItem), line, {QDateTime::currentDateTimeUtc(), wish.goodUntil});
}

} // namespace

ValueJob<Done> *publishSshKey(ComputeClient &client, const InstanceRef &ref, const SshKeyWish &wish, QObject *parent)
{
    const auto line = expiringSshKeyLine(wish.user, wish.publicKey, wish.expires);
    if (!line)
        return new ReadyJob<Done>(failure(line.error()), parent);
    const auto change = [ref, line = *line, wish](QMap<QString, QString> &metadata) -> Result<Done> {
        if (saysOsLogin(metadata)) {
            return failure(ErrorKind::Unsupported,
                           PublishKeyText::tr("Could not publish the SSH key on %1: the machine uses OS Login, which ignores keys in its metadata.")
                               .arg(ref.text()),
                           PublishKeyText::tr("Set the metadata enable-oslogin of this machine to FALSE."));
        }
        // Read by the guest agent whatever sshKeys, block-project-ssh-keys and the project's own keys say.
        metadata[sshKeysItem] = withoutOldestKeys(withKey(metadata, line, wish));
        return Done{};
    };
    return new UpdateMetadataJob(client, metadataOfInstance(client, ref), change, parent);
}

ValueJob<Done> *publishSshKeyToProject(ComputeClient &client, const QString &project, const SshKeyWish &wish, QObject *parent)
{
    const auto line = expiringSshKeyLine(wish.user, wish.publicKey, wish.expires);
    if (!line)
        return new ReadyJob<Done>(failure(line.error()), parent);
    const auto change = [project, line = *line, wish](QMap<QString, QString> &metadata) -> Result<Done> {
        const QString keys = withKey(metadata, line, wish);
        if (keys.toUtf8().size() > longestSshKeys) {
            return failure(ErrorKind::QuotaExceeded,
                           PublishKeyText::tr("Could not publish the SSH key to the project %1: its metadata has no room for another key.").arg(project),
                           PublishKeyText::tr("Remove keys there that nobody uses any more, or publish yours on the machine alone."),
                           QStringLiteral("%1 bytes, %2 are allowed").arg(keys.toUtf8().size()).arg(longestSshKeys));
        }
        metadata[sshKeysItem] = keys;
        return Done{};
    };
    return new UpdateMetadataJob(client, metadataOfProject(client, project), change, parent);
}

} // namespace nimbook::cloud
