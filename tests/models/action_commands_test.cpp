// SPDX-License-Identifier: Apache-2.0
// Every action of the window has its command, or stands in the list of those that can have none: read from the window's own sources.
#include "models/action_commands.h"
#include "models/machine_commands.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace nimbook;

class ActionCommandsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyActionOfTheWindow_hasACommandOrNeedsNone()
    {
        const auto found = namesInTheWindow();
        QVERIFY2(found.size() > 100, "the window's sources were not found");
        const QStringList alone = models::actionsOfTheWindowAlone();
        QStringList missing;
        for (auto it = found.cbegin(); it != found.cend(); ++it) {
            if (models::commandOfAction(it.key()).isEmpty() && !alone.contains(it.key()))
                missing += it.key() + QStringLiteral(" (") + it.value() + u')';
        }
        QVERIFY2(missing.isEmpty(), qPrintable(QStringLiteral("say in app/models/action_commands.cpp which command does the same as, or that it concerns the window alone: ")
                                               + missing.join(QStringLiteral(", "))));
    }

    void table_namesOnlyWhatIsThere()
    {
        const auto found = namesInTheWindow();
        QSet<QString> seen;
        const QStringList all = models::actionsWithCommands() + models::actionsOfTheWindowAlone();
        for (const QString &name : all) {
            QVERIFY2(found.contains(name), qPrintable(name));
            QVERIFY2(!seen.contains(name), qPrintable(name));
            seen += name;
        }
        QSet<QString> commands;
        models::CommandContext context;
        context.connection.host = QStringLiteral("203.0.113.7");
        for (const auto &list : {models::machineCommands({}, context), models::projectCommands(QStringLiteral("lab"), context)}) {
            for (const auto &command : list) {
                QVERIFY2(!commands.contains(command.id) && !command.title.isEmpty() && !command.forms.isEmpty(), qPrintable(command.id));
                commands += command.id;
            }
        }
        for (const QString &name : models::actionsWithCommands())
            QVERIFY2(commands.contains(models::commandOfAction(name)), qPrintable(name + QStringLiteral(" → ") + models::commandOfAction(name)));
    }

private:
    /// objectName → the file that gives it.
    static QMap<QString, QString> namesInTheWindow()
    {
        static const QRegularExpression name(QStringLiteral("\"([a-z][A-Za-z]+(?:Action|Button))\""));
        const QString root = qEnvironmentVariable("NIMBOOK_SOURCE_DIR") + QStringLiteral("/ui");
        QMap<QString, QString> names;
        QDirIterator files(root, {QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (file.fileName().startsWith(root + QStringLiteral("/tour/")) || !file.open(QIODevice::ReadOnly)) // the tour presses what others name
                continue;
            auto matches = name.globalMatch(QString::fromUtf8(file.readAll()));
            while (matches.hasNext())
                names.insert(matches.next().captured(1), file.fileName().mid(root.size() + 1));
        }
        return names;
    }
};

QTEST_GUILESS_MAIN(ActionCommandsTest)
#include "action_commands_test.moc"
