// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <vector>

namespace nimbook::bench {

double median(std::vector<double> values);                     ///< 0 for none
double percentile(std::vector<double> values, double percent); ///< nearest rank

QString number(double value); ///< three digits that count
QString sizeText(qint64 bytes); ///< "128 MiB"

/// Where figures go: tables for people at once, JSON at the end for programs.
class Report {
public:
    explicit Report(bool json) : m_json(json) {}

    void heading(const QString &text);
    void table(const QStringList &headers, const QList<QStringList> &rows);
    void note(const QString &text); ///< what could not run, and what a figure is not
    void progress(const QString &text); ///< on stderr, for the impatient
    void figure(QJsonObject values);    ///< one measurement for the JSON
    /// A goal of the project and what came out. \a upTo: smaller is better.
    void target(const QString &what, double value, double goal, bool upTo = false);
    void finish(); ///< the targets, and the JSON

    bool hasFailed() const { return m_failed; }
    void fail(const QString &text); ///< something that must never be: bytes differ, our own program does not run

private:
    void print(const QString &line);

    bool m_json;
    bool m_failed = false;
    QString m_heading;
    QJsonArray m_figures;
    QJsonArray m_targets;
    QJsonArray m_notes;
    QList<QStringList> m_targetRows;
};

} // namespace nimbook::bench
