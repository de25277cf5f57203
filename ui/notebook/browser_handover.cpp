// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/browser_handover.h"

#include <QCoreApplication>
#include <QDir>
#include <QStandardPaths>
#include <QTemporaryFile>
#include <QUrlQuery>

namespace nimbook::ui {

BrowserHandover::BrowserHandover() = default;
BrowserHandover::~BrowserHandover() = default;

void BrowserHandover::forget()
{
    m_file.reset();
}

Result<QUrl> BrowserHandover::prepare(const QUrl &page, const Secret &token)
{
    // Beside the person's own files: browsers in a snap or a flatpak see neither /tmp nor /run.
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/nimbook");
    forget();
    // What a crash may have left behind still holds a token.
    QDir old(folder);
    for (const QString &name : old.entryList({QStringLiteral("open-*.html")}, QDir::Files))
        old.remove(name);
    auto file = std::make_unique<QTemporaryFile>(folder + QStringLiteral("/open-XXXXXX.html")); // mode 600
    if (!QDir().mkpath(folder) || !file->open())
        return failure(ErrorKind::FileSystem,
                       QCoreApplication::translate("nimbook::ui::BrowserHandover", "No file could be written in %1, so the browser cannot be opened.").arg(folder),
                       {}, file->errorString());
    QUrl address = page;
    QUrlQuery query(address);
    query.addQueryItem(QStringLiteral("token"), QString::fromLatin1(token.reveal()));
    address.setQuery(query);
    const QByteArray target = address.toEncoded();
    const QByteArray escaped = QString::fromLatin1(target).toHtmlEscaped().toLatin1();
    file->write("<!doctype html><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\"><title>Nimbook</title>\n"
                "<meta http-equiv=\"refresh\" content=\"0;url=" + escaped + "\">\n<p><a href=\"" + escaped + "\">Jupyter</a></p>\n");
    if (!file->flush())
        return failure(ErrorKind::FileSystem,
                       QCoreApplication::translate("nimbook::ui::BrowserHandover", "%1 could not be written.").arg(file->fileName()), {},
                       file->errorString());
    m_file = std::move(file);
    return QUrl::fromLocalFile(m_file->fileName());
}

} // namespace nimbook::ui
