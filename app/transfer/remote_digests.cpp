// SPDX-License-Identifier: Apache-2.0
#include "transfer/remote_digests.h"

#include "transfer/file_errors.h"

namespace nimbook::transfer {
namespace {

constexpr int digestsAskedAtOnce = 64;

class DigestRound : public std::enable_shared_from_this<DigestRound> {
public:
    std::shared_ptr<RemoteHasher> hasher;
    QList<QByteArray> paths;
    std::shared_ptr<std::atomic_bool> stopped;
    std::function<void(Result<Digests>)> then;

    void pump()
    {
        if (m_pumping)
            return;
        m_pumping = true;
        while (m_open < digestsAskedAtOnce && m_next < paths.size() && !m_error && !*stopped) {
            ++m_open;
            const QByteArray path = paths[m_next++];
            hasher->hashFile(path, [self = shared_from_this(), path](const Result<QByteArray> &digest) {
                if (digest)
                    self->m_digests.insert(path, *digest);
                else if (digest.error().kind != ErrorKind::NotFound && !self->m_error)
                    self->m_error = digest.error();
                --self->m_open;
                self->pump();
            });
        }
        m_pumping = false;
        if (m_open > 0 || std::exchange(m_ended, true))
            return;
        if (m_error)
            then(failure(*m_error));
        else if (*stopped)
            then(failure(ErrorKind::Cancelled, transferText("Cancelled.")));
        else
            then(std::move(m_digests));
    }

private:
    qsizetype m_next = 0;
    int m_open = 0;
    bool m_pumping = false;
    bool m_ended = false;
    std::optional<Error> m_error;
    Digests m_digests;
};

} // namespace

void digestRemote(std::shared_ptr<RemoteHasher> hasher, const QList<QByteArray> &paths, std::shared_ptr<std::atomic_bool> stopped,
                  std::function<void(Result<Digests>)> then)
{
    const auto round = std::make_shared<DigestRound>();
    round->hasher = std::move(hasher);
    round->paths = paths;
    round->stopped = std::move(stopped);
    round->then = std::move(then);
    round->pump();
}

} // namespace nimbook::transfer
