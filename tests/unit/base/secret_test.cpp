// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "base/secret.h"

#include <QSet>
#include <QTest>

using namespace nimbook;

class SecretTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void printed_showsNothing()
    {
        QString text;
        QDebug(&text) << Secret("ya29.abc") << "and" << Secret();
        QCOMPARE(text.simplified(), QStringLiteral("[secret] and [no secret]"));
        QVERIFY(!text.contains(QLatin1String("ya29")));
    }

    void revealed_givesTheBytes()
    {
        const QByteArray bytes("a\0b\n", 4);
        QCOMPARE(Secret(bytes).reveal(), bytes);
        QVERIFY(Secret().isEmpty());
        QVERIFY(Secret("x") != Secret("y"));
    }

    void everyErrorKind_hasAName()
    {
        QSet<QString> names;
        for (int kind = 0; kind <= int(ErrorKind::Internal); ++kind)
            names.insert(errorKindName(ErrorKind(kind)));
        QCOMPARE(names.size(), int(ErrorKind::Internal) + 1);
        QVERIFY(!names.contains(QStringLiteral("Unknown")));
    }
};

QTEST_GUILESS_MAIN(SecretTest)
#include "secret_test.moc"
