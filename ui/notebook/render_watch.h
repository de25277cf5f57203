// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QObject>
#include <QTimer>

#include <functional>

class QWebEngineView;

namespace nimbook::ui {

/// Notices a page that says it has text while the window shows one empty surface: the way broken graphics drivers look like.
///
/// Looks a few times after each load, with growing pauses, so that a slow computer gets its time; only a view that can be seen.
class RenderWatch final : public QObject {
    Q_OBJECT
public:
    explicit RenderWatch(QWebEngineView *view);

    /// What the view shows; a test may put a picture of its own here.
    std::function<QImage()> picture;
    std::chrono::milliseconds firstPause{3000};

    /// One colour all over. A null picture is none.
    static bool isBlank(const QImage &picture);

Q_SIGNALS:
    void blank(); ///< at most once a load

private:
    void lookLater();
    void look();
    void onText(qint64 characters);

    QWebEngineView *m_view;
    QTimer m_timer;
    int m_looks = 0;
};

} // namespace nimbook::ui
