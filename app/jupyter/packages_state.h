// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace nimbook::jupyter {

/// One line of requirements.txt beside what the container has.
struct WantedPackage {
    enum class State {
        Satisfied,
        OtherVersion, ///< there, but not as the line wants it
        Missing,
        NotNeeded, ///< its marker does not apply here
        Unchecked, ///< an option, or something that only pip understands
    };
    QString line;
    QString name;      ///< empty: Unchecked
    QString wanted;    ///< ">=1.26"; empty: any version
    QString installed; ///< empty: Missing
    State state = State::Unchecked;
    bool operator==(const WantedPackage &) const = default;
};

/// nimbook.lock beside the machine as it is. The file itself is written and compared on the machine, see resources/remote/packages.sh.
struct LockState {
    struct Change {
        QString name;
        QString recorded;
        QString installed; ///< empty: not there
        bool operator==(const Change &) const = default;
    };
    bool broken = false; ///< the file is not one of ours: nothing else here counts
    QDateTime recorded;
    QString image;  ///< reference
    QString digest; ///< "quay.io/…@sha256:…"; empty: an image that no registry knows
    QString driver; ///< of the GPU then; empty: none
    QString cuda;
    int packages = 0; ///< recorded beside the image
    QList<Change> changed; ///< of those: what is not here, or in another version
    bool sameImage = false;
    bool isAsRecorded() const { return !broken && sameImage && changed.isEmpty(); }
    /// \param text of nimbook.lock itself: nothing is compared with the machine. Empty: there is none.
    static std::optional<LockState> fromFile(const QByteArray &text);
    bool operator==(const LockState &) const = default;
};

/// What packages.sh answers.
struct PackagesState {
    QString python; ///< "3.11.2"
    QString image;
    QString digest; ///< empty: none
    int installed = 0; ///< packages in all
    QStringList added; ///< those beside the image, as pip freeze writes them
    QList<WantedPackage> wanted;
    bool hasLock = false;
    LockState lock;

    /// \param json the value of the script's result "packages"
    static Result<PackagesState> fromJson(const QByteArray &json);
    bool operator==(const PackagesState &) const = default;
};

} // namespace nimbook::jupyter
