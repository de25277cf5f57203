// SPDX-License-Identifier: Apache-2.0
#include "ui/monitor/chart_card.h"

#include "ui/common/look.h"

#include <QChart>
#include <QChartView>
#include <QGraphicsLayout>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLegend>
#include <QLineSeries>
#include <QValueAxis>
#include <QVBoxLayout>

#include <algorithm>

namespace nimbook::ui {

ChartCard::ChartCard(const QString &title, Scale scale, QWidget *parent)
    : QFrame(parent)
    , m_scale(scale)
    , m_title(new QLabel(title, this))
    , m_now(makeMutedLabel({}, this))
    , m_view(new QChartView(this))
    , m_time(new QValueAxis(this))
    , m_value(new QValueAxis(this))
{
    m_now->setObjectName(QStringLiteral("nowLabel"));
    m_now->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    auto *chart = new QChart;
    chart->setBackgroundVisible(false);
    chart->setMargins(QMargins(0, 0, 0, 0));
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    chart->legend()->setVisible(false);
    chart->legend()->setAlignment(Qt::AlignBottom);
    m_time->setRange(-60, 0);
    m_time->setTickCount(5);
    m_time->setLabelFormat(tr("%.0f min", "minutes before now, as printf writes them"));
    m_value->setTickCount(3);
    m_value->setLabelFormat(QStringLiteral("%.4g"));
    chart->addAxis(m_time, Qt::AlignBottom);
    chart->addAxis(m_value, Qt::AlignLeft);
    m_view->setChart(chart);
    m_view->setRenderHint(QPainter::Antialiasing);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setFocusPolicy(Qt::NoFocus); // the words above it say it all
    m_view->setMinimumHeight(grid * 20);
    m_view->viewport()->setAutoFillBackground(false);
    auto *head = new QHBoxLayout;
    head->addWidget(m_title);
    head->addStretch();
    head->addWidget(m_now);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid / 2);
    layout->addLayout(head);
    layout->addWidget(m_view);
    setAccessibleName(title);
    applyColors();
    applyScale();
}

void ChartCard::setNow(const QString &text)
{
    m_now->setText(text);
    setAccessibleDescription(text);
}

void ChartCard::setMaximum(double maximum)
{
    if (maximum <= 0 || m_maximum == maximum)
        return;
    m_maximum = maximum;
    applyScale();
}

void ChartCard::setLine(const QString &name, const QList<QPointF> &points)
{
    auto line = std::find_if(m_lines.begin(), m_lines.end(), [&](const Line &known) { return known.name == name; });
    if (line == m_lines.end()) {
        auto *series = new QLineSeries;
        series->setName(name);
        m_view->chart()->addSeries(series);
        series->attachAxis(m_time);
        series->attachAxis(m_value);
        m_lines.append({name, series});
        line = m_lines.end() - 1;
        m_view->chart()->legend()->setVisible(m_lines.size() > 1);
        applyColors();
    }
    QList<QPointF> placed = points;
    const double end = double(m_end.toMSecsSinceEpoch());
    for (QPointF &point : placed)
        point.setX((point.x() - end) / 60'000);
    line->series->replace(placed);
    if (m_scale == Scale::Free)
        applyScale();
}

void ChartCard::keepLines(const QStringList &names)
{
    for (int i = int(m_lines.size()) - 1; i >= 0; --i) {
        if (names.contains(m_lines[i].name))
            continue;
        m_view->chart()->removeSeries(m_lines[i].series);
        delete m_lines.takeAt(i).series;
    }
    m_view->chart()->legend()->setVisible(m_lines.size() > 1);
}

void ChartCard::setEnd(const QDateTime &end)
{
    m_end = end;
}

void ChartCard::applyScale()
{
    double top = m_scale == Scale::Percent ? 100 : m_maximum;
    if (m_scale == Scale::Free) {
        top = 0;
        for (const Line &line : std::as_const(m_lines)) {
            for (const QPointF &point : line.series->points())
                top = std::max(top, point.y());
        }
        top = top > 0 ? top * 1.1 : 1;
    }
    m_value->setRange(0, top);
}

void ChartCard::applyColors()
{
    const QPalette colors = palette();
    // Told apart by lightness too, for eyes that do not tell all hues apart.
    const QColor accent = toneColor(Tone::Accent, colors);
    const QList<QColor> pens{accent, toneColor(Tone::Warning, colors), toneColor(Tone::Good, colors), toneColor(Tone::Bad, colors),
                             mix(accent, colors.color(QPalette::Text), 0.5), mix(toneColor(Tone::Good, colors), colors.color(QPalette::Text), 0.5),
                             mix(toneColor(Tone::Warning, colors), colors.color(QPalette::Text), 0.5), mutedText(colors)};
    for (int i = 0; i < m_lines.size(); ++i)
        m_lines[i].series->setPen(QPen(pens[i % pens.size()], 1.6));
    for (QAbstractAxis *axis : {static_cast<QAbstractAxis *>(m_time), static_cast<QAbstractAxis *>(m_value)}) {
        axis->setLabelsBrush(mutedText(colors));
        axis->setLinePen(QPen(separatorColor(colors)));
        axis->setGridLinePen(QPen(separatorColor(colors)));
        QFont small = font();
        small.setPointSizeF(std::max(7.0, small.pointSizeF() * 0.85));
        axis->setLabelsFont(small);
    }
    m_view->chart()->legend()->setLabelBrush(colors.color(QPalette::Text));
    m_view->setBackgroundBrush(Qt::NoBrush);
    m_view->setStyleSheet(QStringLiteral("background: transparent"));
}

void ChartCard::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyColors();
}

} // namespace nimbook::ui
