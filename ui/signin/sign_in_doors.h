// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/settings.h"

#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace nimbook::ui {

class DoorButton;

/// The ways in: who was here before, three doors, and what this computer itself offers.
class SignInDoors : public QWidget {
    Q_OBJECT
public:
    explicit SignInDoors(QWidget *parent = nullptr);

    /// Looks again at what this computer offers (gcloud's file, being a Compute Engine machine itself).
    void lookAround();
    void setKnownAccounts(const QList<workspace::KnownAccount> &accounts);
    void focusFirst();

Q_SIGNALS:
    void sandboxChosen();
    void browserChosen();
    void fileChosen();               ///< one is to be asked for
    void gcloudChosen(const QString &path);
    void machineChosen();
    void accountChosen(const QString &key);

private:
    QPushButton *quietButton(const QString &text, const QString &icon, const QString &objectName);

    QVBoxLayout *m_accounts;
    DoorButton *m_sandbox;
    DoorButton *m_google;
    DoorButton *m_file;
    QPushButton *m_gcloud;
    QPushButton *m_machine;
    QString m_gcloudPath;
};

} // namespace nimbook::ui
