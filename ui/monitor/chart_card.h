// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QFrame>
#include <QList>
#include <QPointF>

class QChartView;
class QLabel;
class QLineSeries;
class QValueAxis;

namespace nimbook::ui {

/// One quantity over the last hour: what it is, what it is now, and its line or lines.
class ChartCard final : public QFrame {
    Q_OBJECT
public:
    /// What the height of the chart means.
    enum class Scale {
        Percent, ///< 0 to 100
        Fixed,   ///< 0 to setMaximum()
        Free,    ///< 0 to a little above the largest value shown
    };

    ChartCard(const QString &title, Scale scale, QWidget *parent);

    void setNow(const QString &text); ///< the latest value in words: "43 %", "1.2 of 24 GB"
    void setMaximum(double maximum);
    /// One line for each name; a name that goes takes its line along. Points are (milliseconds since 1970, value), oldest first.
    void setLine(const QString &name, const QList<QPointF> &points);
    void keepLines(const QStringList &names);
    /// The right edge; the left one is an hour before. Lines that are set afterwards stand where that says.
    void setEnd(const QDateTime &end);

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Line {
        QString name;
        QLineSeries *series;
    };
    void applyColors();
    void applyScale();

    Scale m_scale;
    double m_maximum = 100;
    QLabel *m_title;
    QLabel *m_now;
    QChartView *m_view;
    QValueAxis *m_time; // minutes before m_end; QDateTimeAxis shows no labels in Qt 6.4
    QDateTime m_end;
    QValueAxis *m_value;
    QList<Line> m_lines;
};

} // namespace nimbook::ui
