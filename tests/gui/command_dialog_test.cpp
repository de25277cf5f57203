// SPDX-License-Identifier: Apache-2.0
#include "support/screenshots.h"
#include "ui/instances/command_dialog.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>

using namespace nimbook;

class CommandDialogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void actionAndForm_giveTheTextThatIsCopied()
    {
        cloud::Instance machine;
        machine.ref = {QStringLiteral("lab"), QStringLiteral("us-central1-a"), QStringLiteral("trainer-1")};
        machine.externalAddress = QStringLiteral("203.0.113.7");
        models::CommandContext context;
        context.compute = QUrl(QStringLiteral("https://compute.googleapis.com/compute/v1/"));
        context.login = QStringLiteral("ada");
        ui::CommandDialog dialog(machine.ref.name, models::machineCommands(machine, context), nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        auto *form = dialog.findChild<QComboBox *>(QStringLiteral("commandFormCombo"));
        auto *text = dialog.findChild<QPlainTextEdit *>(QStringLiteral("machineCommandEdit"));
        QVERIFY(form && text);
        QVERIFY(text->toPlainText().startsWith(QLatin1String("nimbookctl ssh-tunnel ")));

        dialog.choose(QStringLiteral("stop"));
        form->setCurrentIndex(form->findText(QStringLiteral("gcloud")));
        QCOMPARE(text->toPlainText(), QStringLiteral("gcloud compute instances stop trainer-1 --project=lab --zone=us-central1-a"));
        dialog.choose(QStringLiteral("start"));
        QCOMPARE(form->currentText(), QStringLiteral("gcloud")); // the way of saying it stays

        dialog.findChild<QPushButton *>(QStringLiteral("copyMachineCommandButton"))->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), text->toPlainText());
        dialog.choose(QStringLiteral("publishKey"));
        testing::pictures(dialog, QStringLiteral("command-dialog"));
    }
};

QTEST_MAIN(CommandDialogTest)
#include "command_dialog_test.moc"
