// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/render_watch.h"

#include <QPointer>
#include <QWebEngineView>

namespace nimbook::ui {

static constexpr int looksBeforeAlarm = 3;

RenderWatch::RenderWatch(QWebEngineView *view) : QObject(view), m_view(view)
{
    picture = [view] { return view->grab().toImage(); };
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &RenderWatch::look);
    connect(view, &QWebEngineView::loadFinished, this, [this](bool ok) {
        m_looks = 0;
        if (ok)
            lookLater();
    });
    connect(view, &QWebEngineView::loadStarted, &m_timer, &QTimer::stop);
}

bool RenderWatch::isBlank(const QImage &picture)
{
    if (picture.isNull())
        return false;
    // Text is thin: a scaled picture would lose it, so the rows are read as they are.
    const QImage image = picture.convertToFormat(QImage::Format_RGB32);
    const QRgb first = image.pixel(0, 0);
    for (int y = 0; y < image.height(); ++y) {
        const auto *line = reinterpret_cast<const QRgb *>(image.constScanLine(y));
        for (int x = 0; x < image.width(); ++x) {
            if (line[x] != first)
                return false;
        }
    }
    return true;
}

void RenderWatch::lookLater()
{
    m_timer.start(firstPause * (m_looks + 1));
}

void RenderWatch::look()
{
    if (!m_view->isVisible() || m_view->window()->isMinimized()) {
        m_timer.start(firstPause);
        return;
    }
    m_view->page()->runJavaScript(QStringLiteral("document.body ? document.body.innerText.trim().length : 0"),
                                  [watch = QPointer(this)](const QVariant &characters) {
                                      if (watch)
                                          watch->onText(characters.toLongLong());
                                  });
}

void RenderWatch::onText(qint64 characters)
{
    if (characters <= 0 || !m_view->isVisible() || !isBlank(picture()))
        return;
    if (++m_looks < looksBeforeAlarm)
        lookLater();
    else
        Q_EMIT blank();
}

} // namespace nimbook::ui
