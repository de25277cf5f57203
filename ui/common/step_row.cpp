// SPDX-License-Identifier: Apache-2.0
#include "ui/common/step_row.h"

#include "ui/common/busy_spinner.h"
#include "ui/common/elided_label.h"
#include "ui/common/look.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QProgressBar>

namespace nimbook::ui {

class StepMark final : public QWidget {
public:
    explicit StepMark(QWidget *parent) : QWidget(parent) { setFixedSize(grid * 2, grid * 2); }
    void set(Mark mark, Tone tone)
    {
        m_mark = mark;
        m_tone = tone;
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        paintMark(&painter, QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5), m_mark, toneColor(m_tone, palette()));
    }

private:
    Mark m_mark = Mark::Ring;
    Tone m_tone = Tone::Idle;
};

namespace {

QString stepStateText(Step::State state)
{
    switch (state) {
    case Step::State::Pending: return StepRow::tr("waiting");
    case Step::State::Running: return StepRow::tr("under way");
    case Step::State::Done: return StepRow::tr("done");
    case Step::State::Skipped: return StepRow::tr("was there already");
    case Step::State::Failed: return StepRow::tr("failed");
    case Step::State::Cancelled: return StepRow::tr("cancelled");
    }
    return {};
}

QString progressText(const Progress &progress)
{
    if (!progress.isDeterminate())
        return progress.text;
    QString amount;
    const QLocale locale;
    switch (progress.unit) {
    case Progress::Unit::Bytes:
        amount = StepRow::tr("%1 of %2").arg(locale.formattedDataSize(progress.done, 1, QLocale::DataSizeSIFormat),
                                             locale.formattedDataSize(progress.total, 1, QLocale::DataSizeSIFormat));
        break;
    case Progress::Unit::Items:
        amount = StepRow::tr("%1 of %2").arg(locale.toString(progress.done), locale.toString(progress.total));
        break;
    case Progress::Unit::Percent:
        amount = StepRow::tr("%1 %").arg(progress.percent());
        break;
    }
    return progress.text.isEmpty() ? amount : progress.text + QStringLiteral(" · ") + amount;
}

} // namespace

QString durationText(std::chrono::milliseconds duration)
{
    const qint64 ms = duration.count();
    const qint64 seconds = ms / 1000;
    const auto text = [](const char *source) { return QCoreApplication::translate("nimbook::ui::StepRow", source); };
    if (ms < 950)
        return text("%1 s").arg(QLocale().toString(ms / 1000.0, 'f', 1));
    if (seconds < 60)
        return text("%1 s").arg(qMax<qint64>(1, seconds));
    if (seconds < 3600)
        return text("%1 min %2 s").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
    return text("%1 h %2 min").arg(seconds / 3600).arg(seconds / 60 % 60, 2, 10, QLatin1Char('0'));
}

StepRow::StepRow(QWidget *parent)
    : QWidget(parent)
    , m_mark(new StepMark(this))
    , m_spinner(new BusySpinner(grid * 2, this))
    , m_title(new QLabel(this))
    , m_detail(new ElidedLabel(Qt::ElideRight, this))
    , m_time(makeMutedLabel({}, this))
    , m_progress(new QProgressBar(this))
{
    m_title->setTextFormat(Qt::PlainText);
    m_detail->setMuted(true);
    m_time->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_time->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("00 min 00 s")));
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(grid / 2);
    m_progress->setAccessibleName(tr("Progress of this step"));

    auto *layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(grid + grid / 2);
    layout->setVerticalSpacing(grid / 4);
    layout->addWidget(m_mark, 0, 0, Qt::AlignVCenter);
    layout->addWidget(m_spinner, 0, 0, Qt::AlignVCenter);
    layout->addWidget(m_title, 0, 1);
    layout->addWidget(m_detail, 0, 2);
    layout->addWidget(m_time, 0, 3);
    layout->addWidget(m_progress, 1, 1, 1, 3);
    layout->setColumnStretch(2, 1);
    m_spinner->hide();
    m_progress->hide();
    setMinimumHeight(grid * 3 + grid / 2);
}

void StepRow::showStep(const Step &step)
{
    const bool running = step.state == Step::State::Running;
    m_spinner->setVisible(running);
    m_mark->setVisible(!running);
    switch (step.state) {
    case Step::State::Pending: m_mark->set(Mark::Ring, Tone::Idle); break;
    case Step::State::Running: break;
    case Step::State::Done: m_mark->set(Mark::Check, Tone::Good); break;
    case Step::State::Skipped: m_mark->set(Mark::Check, Tone::Idle); break;
    case Step::State::Failed: m_mark->set(Mark::Cross, Tone::Bad); break;
    case Step::State::Cancelled: m_mark->set(Mark::Dash, Tone::Idle); break;
    }
    QFont titleWeight = font();
    titleWeight.setWeight(running || step.state == Step::State::Failed ? QFont::DemiBold : QFont::Normal);
    m_title->setFont(titleWeight);
    m_title->setText(step.title);
    m_title->setEnabled(step.state != Step::State::Pending);

    const QString happening = running ? progressText(step.progress) : QString();
    QString detail = step.detail;
    if (!happening.isEmpty() && happening != detail)
        detail = detail.isEmpty() ? happening : detail + QStringLiteral(" · ") + happening;
    // Below two seconds nobody wonders how long it will take.
    if (running && step.usual >= std::chrono::seconds(2)) {
        const QString usually = tr("usually %1").arg(durationText(step.usual));
        detail = detail.isEmpty() ? usually : detail + QStringLiteral(" · ") + usually;
    }
    // Why it failed stands in the banner below the list, whole; a short word ("none left") also here, where one way gave way to another.
    constexpr int shortWord = 40;
    m_detail->setFullText(step.state == Step::State::Failed && detail.size() > shortWord ? QString() : detail);
    m_progress->setVisible(running && step.progress.isDeterminate());
    if (step.progress.isDeterminate()) {
        m_progress->setRange(0, 100);
        m_progress->setValue(step.progress.percent());
    }
    if (step.state == Step::State::Done || step.state == Step::State::Failed || step.state == Step::State::Cancelled)
        m_time->setText(durationText(step.elapsed));
    else if (!running)
        m_time->clear();
    setAccessibleName(tr("%1: %2").arg(step.title, stepStateText(step.state)));
    setAccessibleDescription(detail);
}

void StepRow::showElapsed(std::chrono::milliseconds elapsed)
{
    if (elapsed >= std::chrono::seconds(1))
        m_time->setText(durationText(elapsed));
}

} // namespace nimbook::ui
