// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/grounds.h"

namespace nimbook::bench {

/// Files to send, random bytes that no compression helps with; each made once and kept while the program runs.
class Sources {
public:
    Sources(const Grounds &grounds, quint32 seed) : m_grounds(grounds), m_seed(seed) {}

    /// A file of \a bytes, here or on the machine. Empty: it could not be made.
    QString file(qint64 bytes, bool onMachine);
    /// A folder with \a files files of 1–20 KiB, 50 to a folder.
    QString tree(int files, bool onMachine);

    /// Byte for byte, here against there.
    bool areEqual(const QString &near, const QString &far) const;

private:
    QString onMachine(const QString &path);

    const Grounds &m_grounds;
    quint32 m_seed;
};

} // namespace nimbook::bench
