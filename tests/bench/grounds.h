// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/delay_proxy.h"
#include "bench/options.h"
#include "bench/place.h"
#include "support/sshd_fixture.h"

#include <QTemporaryDir>

#include <memory>
#include <vector>

namespace nimbook::bench {

/// What all runs share: the machine (a server of our own behind several delays, or the one that was named), and a folder on each side.
class Grounds {
public:
    explicit Grounds(const Options &options);
    ~Grounds(); ///< removes both folders

    bool prepare(); ///< false: errorString() tells
    QString errorString() const { return m_error; }

    const QList<Place> &places() const { return m_places; }
    const Place &direct() const { return m_direct; } ///< without delay: for preparations and comparisons
    QString nearFolder() const { return m_near.path(); }
    QString farFolder() const { return m_far; }
    bool isOwnServer() const { return m_sshd != nullptr; }

    /// User + system seconds of the far side's sessions that have ended; waits for the last of them. 0 where it cannot be known.
    double farCpuSeconds() const;

private:
    bool prepareOwnServer();
    bool prepareFolders();

    const Options &m_options;
    QTemporaryDir m_near;
    QString m_far;
    std::unique_ptr<testing::SshdFixture> m_sshd;
    std::vector<std::unique_ptr<DelayProxy>> m_proxies;
    Place m_direct;
    QList<Place> m_places;
    QString m_error;
};

} // namespace nimbook::bench
