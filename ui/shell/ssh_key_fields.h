// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/workspace.h"

#include <QPointer>
#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace nimbook::ui {

class ErrorBanner;
class Prompts;

/// Which SSH key opens machines, and where it is published. Says at once what the choice leads to; nothing is kept before submit().
class SshKeyFields : public QWidget {
    Q_OBJECT
public:
    SshKeyFields(workspace::Workspace &workspace, Prompts &prompts, QWidget *parent = nullptr);

    void begin();  ///< the keyboard goes to the choice
    void submit(); ///< looks at the key, then keeps the choice and says accepted(), or says what is wrong

Q_SIGNALS:
    void accepted();
    void contentsChanged(); ///< it may need another height

private:
    enum class Then { Show, Keep };
    void look(Then then = Then::Show);
    void onLooked(const ssh::KeyChoice &choice, const Result<ssh::KeyPair> &key, Then then);
    void say(const QString &text);
    void chooseFile();
    void keep(const ssh::KeyChoice &choice);
    ssh::KeyChoice chosen() const;
    QString project() const;

    workspace::Workspace &m_workspace;
    Prompts &m_prompts;
    QRadioButton *m_own;
    QRadioButton *m_file;
    QRadioButton *m_agent;
    QLineEdit *m_path;
    QPushButton *m_choose;
    QLabel *m_found;
    ErrorBanner *m_banner;
    QCheckBox *m_toProject;
    QPointer<Job> m_look;
};

} // namespace nimbook::ui
