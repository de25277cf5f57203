// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/compute_client.h"

#include <QList>
#include <QMap>
#include <QString>

#include <chrono>

namespace nimbook::workspace {

/// What a machine's startup script told of itself in the guest attributes nimbook/… (resources/remote/startup.sh).
struct SetupProgress {
    struct Entry {
        QString step; ///< "driver"
        qint64 began = 0; ///< seconds since 1970, by the machine's clock
        bool operator==(const Entry &) const = default;
    };

    QString state; ///< "starting", "restarting", "ready", "failed"; empty: nothing was told yet
    QString step;
    QString error;
    QList<Entry> entries;
    bool operator==(const SetupProgress &) const = default;

    bool isUnderWay() const { return state == QLatin1String("starting") || state == QLatin1String("restarting"); }
    /// How long each step took, as far as its end is known.
    QMap<QString, std::chrono::milliseconds> durations() const;

    static SetupProgress fromGuestAttributes(const QMap<QString, QString> &attributes);
};

QString setupStepTitle(const QString &step); ///< translated: "driver" → "Install the NVIDIA driver"

/// The startup script's lines out of a serial port's bytes, read piece by piece.
///
/// Google has two agents with two wordings: google_metadata_script_runner[740]: startup-script: LINE, and the newer
/// Metadata key("startup-script"), command("…"): LINE. Nothing depends on their other sentences.
class SerialReader {
public:
    qint64 next() const { return m_next; } ///< where to read on

    /// The whole lines that \a piece completes; a gap (the machine said more than the port's 1 MB buffer keeps) is a line of its own.
    QStringList read(const cloud::SerialOutput &piece);

    /// What the script printed, without the agent's words; null: not a line of the script.
    static QString scriptLine(const QString &line);

private:
    qint64 m_next = 0;
    QByteArray m_rest;
};

} // namespace nimbook::workspace
