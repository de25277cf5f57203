// SPDX-License-Identifier: Apache-2.0
#include "ui/tour/tour_player.h"

#include <QApplication>
#include <QDir>
#include <QPainter>
#include <QTextStream>
#include <QWidget>

namespace nimbook::ui {

namespace {

void say(const QString &line)
{
    QTextStream(stdout) << line << Qt::endl;
}

} // namespace

TourPlayer::TourPlayer(QWidget &window, QList<TourStep> steps, QString folder, QObject *parent)
    : Job(parent), m_window(window), m_steps(std::move(steps)), m_folder(std::move(folder))
{
    m_poll.setInterval(50);
    connect(&m_poll, &QTimer::timeout, this, &TourPlayer::look);
}

void TourPlayer::run()
{
    if (!QDir().mkpath(m_folder)) {
        fail({ErrorKind::FileSystem, tr("The folder %1 for the screenshots cannot be made.").arg(m_folder), {}, {}, {}});
        return;
    }
    const QDir folder(m_folder);
    for (const QString &old : folder.entryList({QStringLiteral("[0-9][0-9]-*.png")}, QDir::Files))
        QFile::remove(folder.filePath(old)); // pictures of an earlier tour would pass for this one's
    m_wholeTime.start();
    beginStep();
}

void TourPlayer::abort()
{
    m_poll.stop();
}

void TourPlayer::beginStep()
{
    if (m_current == m_steps.size()) {
        say(tr("Tour done: %1 steps in %2 s. Pictures: %3")
                .arg(m_steps.size())
                .arg(double(m_wholeTime.elapsed()) / 1000.0, 0, 'f', 1)
                .arg(m_folder));
        succeed();
        return;
    }
    m_stepTime.start();
    if (m_steps[m_current].act)
        m_steps[m_current].act();
    m_poll.start();
}

void TourPlayer::look()
{
    const TourStep &step = m_steps[m_current];
    if (step.observed()) {
        m_poll.stop();
        // A step's effect is in the models before it is on the screen; two frames later it can be photographed.
        const qint64 took = m_stepTime.elapsed();
        QTimer::singleShot(120, this, [this, took] {
            if (!isRunning())
                return;
            const auto picture = takePicture(m_steps[m_current].name);
            if (!picture) {
                fail(picture.error());
                return;
            }
            say(QStringLiteral("%1  %2  %3 s")
                    .arg(m_current + 1, 2, 10, QLatin1Char('0'))
                    .arg(m_steps[m_current].title, -58)
                    .arg(double(took) / 1000.0, 6, 'f', 2));
            endStep();
        });
        return;
    }
    if (m_stepTime.elapsed() > std::chrono::milliseconds(step.limit).count()) {
        m_poll.stop();
        const auto picture = takePicture(step.name + QStringLiteral("-FAILED"));
        fail({ErrorKind::Timeout,
              tr("Step %1, “%2”: its effect was not seen within %3 s.").arg(m_current + 1).arg(step.title).arg(step.limit.count()),
              step.state ? step.state() : QString(), picture.value_or(QString()), {}});
    }
}

void TourPlayer::endStep()
{
    ++m_current;
    beginStep();
}

Result<QString> TourPlayer::takePicture(const QString &name) const
{
    QPixmap picture = m_window.grab();
    // Questions are windows of their own: paint them where they stand.
    QPainter painter(&picture);
    for (QWidget *other : QApplication::topLevelWidgets()) {
        if (other != &m_window && other->isVisible() && other->isWindow() && !other->windowFlags().testFlag(Qt::ToolTip))
            painter.drawPixmap(other->mapToGlobal(QPoint()) - m_window.mapToGlobal(QPoint()), other->grab());
    }
    painter.end();
    const QString path = QDir(m_folder).filePath(QStringLiteral("%1-%2.png").arg(m_current + 1, 2, 10, QLatin1Char('0')).arg(name));
    if (!picture.save(path))
        return failure(ErrorKind::FileSystem, tr("The screenshot %1 could not be written.").arg(path));
    return path;
}

} // namespace nimbook::ui
