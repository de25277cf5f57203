// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/opened_files.h"

#include <QStringList>
#include <QTimer>
#include <QWidget>

namespace nimbook::ui {

class ErrorBanner;

/// Opens what OpenedFiles has fetched, says what came back to the machine, and asks when both sides have changed. Hidden while
/// there is nothing to say. The machine's file is left alone until somebody answers.
class SaveBackBar : public QWidget {
    Q_OBJECT
public:
    SaveBackBar(models::OpenedFiles &files, const QString &machineName, QWidget *parent);

private:
    void open(const QString &localPath);
    void ask(const QString &remotePath);
    void answer(models::OpenedFiles::Resolution resolution);

    models::OpenedFiles &m_files;
    QString m_machineName;
    ErrorBanner *m_banner;
    QTimer m_passing; ///< good news does not stay
    QString m_asking;
    QStringList m_waiting; ///< to be asked about after that
};

} // namespace nimbook::ui
