// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/ssh_key_fields.h"

#include "ui/common/error_banner.h"
#include "ui/common/look.h"
#include "ui/common/prompts.h"
#include "ui/common/symbolic_icon.h"

#include <QCheckBox>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QStyle>

namespace nimbook::ui {

using Kind = ssh::KeyChoice::Kind;

SshKeyFields::SshKeyFields(workspace::Workspace &workspace, Prompts &prompts, QWidget *parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_prompts(prompts)
    , m_own(new QRadioButton(tr("&Nimbook's own key, made on this computer"), this))
    , m_file(new QRadioButton(tr("A key &file of yours"), this))
    , m_agent(new QRadioButton(tr("The key of your SSH &agent"), this))
    , m_path(new QLineEdit(this))
    , m_choose(new QPushButton(tr("&Choose…"), this))
    , m_found(makeMutedLabel({}, this))
    , m_banner(new ErrorBanner(this))
    , m_toProject(new QCheckBox(this))
{
    m_own->setObjectName(QStringLiteral("ownKeyRadio"));
    m_file->setObjectName(QStringLiteral("fileKeyRadio"));
    m_agent->setObjectName(QStringLiteral("agentKeyRadio"));
    m_path->setObjectName(QStringLiteral("keyFileEdit"));
    m_path->setAccessibleName(tr("Private key file"));
    m_path->setPlaceholderText(tr("Private key, for example ~/.ssh/id_ed25519"));
    m_choose->setObjectName(QStringLiteral("chooseKeyFileButton"));
    m_choose->setIcon(symbolicIcon(QStringLiteral("folder")));
    m_choose->setAccessibleName(tr("Choose a private key file"));
    m_found->setObjectName(QStringLiteral("foundKeyLabel"));
    m_found->setWordWrap(true);
    m_found->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_banner->setObjectName(QStringLiteral("sshKeyBanner"));
    m_toProject->setObjectName(QStringLiteral("keyToProjectCheck"));

    auto *title = new QLabel(tr("SSH key"), this);
    QFont bold = title->font();
    bold.setWeight(QFont::DemiBold);
    title->setFont(bold);
    auto *what = makeMutedLabel(tr("Nimbook logs in to machines with it. The private half stays where it is; the public half is published for 30 days."), this);
    what->setWordWrap(true);
    auto *file = new QHBoxLayout;
    file->setSpacing(grid);
    // Under the words of its radio button, not under the button itself.
    file->addSpacing(style()->pixelMetric(QStyle::PM_ExclusiveIndicatorWidth) + style()->pixelMetric(QStyle::PM_RadioButtonLabelSpacing));
    file->addWidget(m_path, 1);
    file->addWidget(m_choose);

    m_toProject->setText(tr("&Publish it to the whole project “%1”").arg(project()));
    auto *consequence = makeMutedLabel(tr("All machines of the project let you in then, except those that block keys of their project. Otherwise each machine "
                                          "gets the key when you open it. Where OS Login is on, the key goes there."), this);
    consequence->setWordWrap(true);
    m_toProject->setAccessibleDescription(consequence->text());
    m_toProject->setVisible(!project().isEmpty());
    consequence->setVisible(!project().isEmpty());
    m_toProject->setChecked(m_workspace.settings().publishesKeyToProject(project()));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid);
    for (QWidget *widget : {static_cast<QWidget *>(title), static_cast<QWidget *>(what), static_cast<QWidget *>(m_own), static_cast<QWidget *>(m_agent),
                            static_cast<QWidget *>(m_file)})
        layout->addWidget(widget);
    layout->addLayout(file);
    layout->addWidget(m_found);
    layout->addWidget(m_banner);
    layout->addSpacing(grid);
    layout->addWidget(m_toProject);
    layout->addWidget(consequence);

    const ssh::KeyChoice now = m_workspace.keyChoice();
    (now.kind == Kind::File ? m_file : now.kind == Kind::Agent ? m_agent : m_own)->setChecked(true);
    if (now.kind == Kind::File)
        m_path->setText(now.path);
    for (QRadioButton *button : {m_own, m_file, m_agent})
        connect(button, &QRadioButton::toggled, this, [this](bool on) {
            if (on)
                look();
        });
    connect(m_path, &QLineEdit::textEdited, m_file, [this] { m_file->setChecked(true); });
    connect(m_path, &QLineEdit::editingFinished, this, [this] { look(); });
    connect(m_choose, &QPushButton::clicked, this, &SshKeyFields::chooseFile);
    look();
}

void SshKeyFields::begin()
{
    for (QRadioButton *button : {m_own, m_file, m_agent}) {
        if (button->isChecked())
            button->setFocus();
    }
}

QString SshKeyFields::project() const
{
    return m_workspace.currentProject();
}

ssh::KeyChoice SshKeyFields::chosen() const
{
    if (m_own->isChecked())
        return m_workspace.ownKey();
    if (m_agent->isChecked())
        return {Kind::Agent, {}};
    QString path = m_path->text().trimmed();
    if (path.startsWith(QLatin1String("~/"))) // as a shell reads it
        path = QDir::home().filePath(path.mid(2));
    return {Kind::File, path.isEmpty() ? path : QFileInfo(path).absoluteFilePath()};
}

void SshKeyFields::look(Then then)
{
    if (m_look) {
        m_look->disconnect(this);
        m_look->cancel();
    }
    m_banner->clear();
    const ssh::KeyChoice choice = chosen();
    if (choice.kind == Kind::Own && !QFileInfo::exists(choice.path))
        return say(tr("Nimbook makes its key when it is first needed."));
    if (choice.kind == Kind::File && choice.path.isEmpty())
        return say({});
    say(tr("Looking at the key…"));
    auto *job = m_workspace.findKey(choice);
    m_look = job;
    connect(job, &Job::finished, this, [this, job, choice, then] { onLooked(choice, job->result(), then); });
}

void SshKeyFields::onLooked(const ssh::KeyChoice &choice, const Result<ssh::KeyPair> &key, Then then)
{
    if (!key) {
        say({});
        m_banner->showError(key.error());
        m_banner->setDismissable(false);
        Q_EMIT contentsChanged();
        if (then == Then::Keep && choice.kind == Kind::File)
            m_path->setFocus();
        return;
    }
    say(QString::fromLatin1(key->publicKey.left(key->publicKey.indexOf(' '))) + QLatin1Char(' ') + key->fingerprint());
    if (then == Then::Keep)
        keep(choice);
}

void SshKeyFields::say(const QString &text)
{
    m_found->setText(text);
    m_found->setVisible(!text.isEmpty());
}

void SshKeyFields::chooseFile()
{
    const QString folder = QFileInfo(chosen().path).path();
    m_prompts.chooseFile(this, tr("Choose a private key"), m_file->isChecked() && QFileInfo(folder).isDir() ? folder : QDir::home().filePath(QStringLiteral(".ssh")),
                         tr("All files (*)"), [this](const QString &path) {
                             if (path.isEmpty())
                                 return;
                             m_path->setText(path);
                             m_file->isChecked() ? look() : m_file->setChecked(true);
                         });
}

void SshKeyFields::submit()
{
    const ssh::KeyChoice choice = chosen();
    if (choice.kind == Kind::Own)
        return keep(choice); // when it cannot be made, the step that needs it says why
    if (choice.kind == Kind::File && choice.path.isEmpty()) {
        m_banner->showMessage(ErrorBanner::Kind::Warning, tr("No key file is chosen."), tr("Choose one, or one of the other keys."));
        m_banner->setDismissable(false);
        Q_EMIT contentsChanged();
        m_path->setFocus();
        return;
    }
    look(Then::Keep);
}

void SshKeyFields::keep(const ssh::KeyChoice &choice)
{
    m_workspace.setKeyChoice(choice);
    if (!project().isEmpty())
        m_workspace.settings().setPublishesKeyToProject(project(), m_toProject->isChecked());
    Q_EMIT accepted();
}

} // namespace nimbook::ui
