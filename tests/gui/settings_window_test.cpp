// SPDX-License-Identifier: Apache-2.0
#include "gui/shell_window.h"

#include "ui/shell/settings_dialog.h"

#include <QApplication>
#include <QCheckBox>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QRadioButton>
#include <QSet>
#include <QTest>

using namespace nimbook;
using testing::SandboxFixture;
using testing::Window;

/// Which SSH key the window uses: chosen in the settings, looked at before it is kept.
class SettingsWindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void settings_openWithNimbooksOwnKey();
    void keyFile_isShownByItsFingerprint_andKept();
    void keyWithPassphrase_isExplained_andNotKept();
    void missingFile_isSaid();
    void noAgent_isSaid_andNotKept();
    void agentsKey_isShown_andKept();
    void wholeProject_isKeptForThisProjectAlone();
    void escape_keepsNothing();
    void keyboardAlone_reachesEveryControl_andEachHasAName();
    void sshKeyOfTheMachineMenu_leadsToTheSamePlace();

private:
    QWidget *open();
    template<typename Widget> Widget *in(const char *name) const { return m_window->window->findChild<Widget *>(QLatin1String(name)); }
    QString found() const { return in<QLabel>("foundKeyLabel")->text(); }
    void save() const { QTest::mouseClick(in<QPushButton>("saveSettingsButton"), Qt::LeftButton); }
    QString makeKey(const QString &name, const QString &passphrase = {}) const;

    QTemporaryDir m_folder;
    std::unique_ptr<SandboxFixture> m_sandbox;
    std::unique_ptr<Window> m_window;
};

static QByteArray output(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    process.waitForFinished(20'000);
    return process.readAllStandardOutput();
}

QString SettingsWindowTest::makeKey(const QString &name, const QString &passphrase) const
{
    const QString path = m_folder.filePath(name);
    if (!QFile::exists(path))
        output(QStringLiteral("ssh-keygen"), {QStringLiteral("-q"), QStringLiteral("-t"), QStringLiteral("ed25519"), QStringLiteral("-N"), passphrase, QStringLiteral("-f"), path});
    return path;
}

QWidget *SettingsWindowTest::open()
{
    m_window->window->actions()->settings->trigger();
    auto *dialog = in<QWidget>("settingsDialog");
    if (dialog && !QTest::qWaitForWindowExposed(dialog))
        return nullptr;
    return dialog;
}

void SettingsWindowTest::initTestCase()
{
    m_sandbox = std::make_unique<SandboxFixture>();
    QVERIFY2(m_sandbox->isRunning(), qPrintable(m_sandbox->log()));
}

void SettingsWindowTest::init()
{
    qunsetenv("SSH_AUTH_SOCK");
    m_window = std::make_unique<Window>(*m_sandbox);
    QCOMPARE(m_window->app.signIn(SandboxFixture::emptyProject()), QString());
}

void SettingsWindowTest::settings_openWithNimbooksOwnKey()
{
    QVERIFY(open());
    QVERIFY(in<QRadioButton>("ownKeyRadio")->isChecked());
    QVERIFY2(found().contains(QLatin1String("when it is first needed")), qPrintable(found()));
    QVERIFY(!QFile::exists(m_window->app.space->keyPairPath())); // looking makes none
    QVERIFY(!in<QCheckBox>("keyToProjectCheck")->isChecked());
    QVERIFY(in<QCheckBox>("keyToProjectCheck")->text().contains(SandboxFixture::emptyProject()));
    testing::pictures(*in<QWidget>("settingsDialog"), QStringLiteral("settings-own"));
}

void SettingsWindowTest::keyFile_isShownByItsFingerprint_andKept()
{
    const QString path = makeKey(QStringLiteral("mine"));
    const QString fingerprint = QString::fromUtf8(output(QStringLiteral("ssh-keygen"), {QStringLiteral("-lf"), path})).section(QLatin1Char(' '), 1, 1);
    QVERIFY(fingerprint.startsWith(QLatin1String("SHA256:")));
    QVERIFY(open());
    m_window->prompts.file = path;
    QTest::mouseClick(in<QPushButton>("chooseKeyFileButton"), Qt::LeftButton);
    QVERIFY(in<QRadioButton>("fileKeyRadio")->isChecked());
    QTRY_COMPARE(found(), QStringLiteral("ssh-ed25519 ") + fingerprint);
    testing::pictures(*in<QWidget>("settingsDialog"), QStringLiteral("settings-file"));
    QCOMPARE(m_window->app.space->settings().sshKey(), QString());
    save();
    QTRY_VERIFY(!in<QWidget>("settingsDialog"));
    QCOMPARE(m_window->app.space->settings().sshKey(), path);
    QCOMPARE(m_window->app.space->keyChoice(), (ssh::KeyChoice{ssh::KeyChoice::Kind::File, path}));
    // and the next time it is what stands there
    QVERIFY(open());
    QVERIFY(in<QRadioButton>("fileKeyRadio")->isChecked());
    QCOMPARE(in<QLineEdit>("keyFileEdit")->text(), path);
}

void SettingsWindowTest::keyWithPassphrase_isExplained_andNotKept()
{
    QVERIFY(open());
    in<QLineEdit>("keyFileEdit")->setFocus();
    QTest::keyClicks(in<QLineEdit>("keyFileEdit"), makeKey(QStringLiteral("locked"), QStringLiteral("secret")));
    QVERIFY(in<QRadioButton>("fileKeyRadio")->isChecked()); // typing a path chooses it
    save();
    QTRY_VERIFY2(m_window->said("sshKeyBanner").contains(QLatin1String("passphrase")), qPrintable(m_window->said("sshKeyBanner")));
    QVERIFY(m_window->said("sshKeyBanner").contains(QLatin1String("ssh-add")));
    testing::pictures(*in<QWidget>("settingsDialog"), QStringLiteral("settings-passphrase"));
    QVERIFY(in<QWidget>("settingsDialog")->isVisible());
    const auto *next = in<QWidget>("sshKeyBanner")->findChild<QLabel *>(QStringLiteral("bannerNextStepLabel"));
    QTRY_VERIFY(next->height() >= next->heightForWidth(next->width())); // the window has grown with it
    QCOMPARE(m_window->app.space->settings().sshKey(), QString());
}

void SettingsWindowTest::missingFile_isSaid()
{
    QVERIFY(open());
    QTest::keyClicks(in<QLineEdit>("keyFileEdit"), m_folder.filePath(QStringLiteral("absent")));
    save();
    QTRY_VERIFY2(m_window->said("sshKeyBanner").contains(QLatin1String("There is no SSH key")), qPrintable(m_window->said("sshKeyBanner")));
    QCOMPARE(m_window->app.space->settings().sshKey(), QString());
}

void SettingsWindowTest::noAgent_isSaid_andNotKept()
{
    QVERIFY(open());
    in<QRadioButton>("agentKeyRadio")->click();
    QTRY_VERIFY2(m_window->said("sshKeyBanner").contains(QLatin1String("no SSH agent")), qPrintable(m_window->said("sshKeyBanner")));
    save();
    QTRY_VERIFY(m_window->said("sshKeyBanner").contains(QLatin1String("no SSH agent")));
    QVERIFY(in<QWidget>("settingsDialog"));
    QCOMPARE(m_window->app.space->settings().sshKey(), QString());
}

void SettingsWindowTest::agentsKey_isShown_andKept()
{
    const QString socket = m_folder.filePath(QStringLiteral("agent.sock"));
    QProcess agent;
    agent.start(QStringLiteral("ssh-agent"), {QStringLiteral("-D"), QStringLiteral("-a"), socket});
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(socket), 10'000);
    qputenv("SSH_AUTH_SOCK", socket.toUtf8());
    output(QStringLiteral("ssh-add"), {QStringLiteral("-q"), makeKey(QStringLiteral("mine"))});
    QVERIFY(open());
    in<QRadioButton>("agentKeyRadio")->click();
    QTRY_VERIFY2(found().startsWith(QLatin1String("ssh-ed25519 SHA256:")), qPrintable(found()));
    save();
    QTRY_VERIFY(!in<QWidget>("settingsDialog"));
    QCOMPARE(m_window->app.space->settings().sshKey(), QStringLiteral("agent"));
    agent.kill();
    agent.waitForFinished();
}

void SettingsWindowTest::wholeProject_isKeptForThisProjectAlone()
{
    QVERIFY(open());
    in<QCheckBox>("keyToProjectCheck")->click();
    save();
    QTRY_VERIFY(!in<QWidget>("settingsDialog"));
    QVERIFY(m_window->app.space->settings().publishesKeyToProject(SandboxFixture::emptyProject()));
    QVERIFY(!m_window->app.space->settings().publishesKeyToProject(SandboxFixture::fullProject()));
}

void SettingsWindowTest::escape_keepsNothing()
{
    QWidget *dialog = open();
    QVERIFY(dialog);
    in<QCheckBox>("keyToProjectCheck")->click();
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!in<QWidget>("settingsDialog"));
    QVERIFY(!m_window->app.space->settings().publishesKeyToProject(SandboxFixture::emptyProject()));
}

void SettingsWindowTest::keyboardAlone_reachesEveryControl_andEachHasAName()
{
    QWidget *dialog = open();
    QVERIFY(dialog);
    QSet<QString> reached;
    for (int i = 0; i < 20; ++i) {
        if (QWidget *here = dialog->focusWidget())
            reached += here->objectName();
        QTest::keyClick(dialog->focusWidget() ? dialog->focusWidget() : dialog, Qt::Key_Tab);
    }
    for (const char *name : {"ownKeyRadio", "keyFileEdit", "chooseKeyFileButton", "keyToProjectCheck", "saveSettingsButton"})
        QVERIFY2(reached.contains(QLatin1String(name)), name);
    in<QRadioButton>("ownKeyRadio")->setFocus();
    QTest::keyClick(in<QRadioButton>("ownKeyRadio"), Qt::Key_Down); // one group: the arrows choose
    QVERIFY(in<QRadioButton>("agentKeyRadio")->isChecked());
    for (const QWidget *control : dialog->findChildren<QWidget *>()) {
        if (!control->isVisible() || !(control->focusPolicy() & Qt::TabFocus) || qobject_cast<const QLabel *>(control))
            continue;
        const auto *button = qobject_cast<const QAbstractButton *>(control);
        QVERIFY2(!control->accessibleName().isEmpty() || (button && !button->text().isEmpty()), qPrintable(control->objectName()));
    }
}

void SettingsWindowTest::sshKeyOfTheMachineMenu_leadsToTheSamePlace()
{
    m_window->window->actions()->sshKey->trigger();
    QTRY_VERIFY(in<QWidget>("settingsDialog") && in<QWidget>("settingsDialog")->isVisible());
}

QTEST_MAIN(SettingsWindowTest)
#include "settings_window_test.moc"
