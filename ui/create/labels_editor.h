// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <utility>

class QTableWidget;
class QToolButton;

namespace nimbook::ui {

/// Names and values, one pair a row.
class LabelsEditor : public QWidget {
    Q_OBJECT
public:
    explicit LabelsEditor(QWidget *parent = nullptr);

    QList<std::pair<QString, QString>> labels() const; ///< in the order of the rows; wholly empty rows are left out
    void clear();

Q_SIGNALS:
    void labelsChanged();

private:
    void addRow();
    void removeRow();
    void fitHeight();

    QTableWidget *m_table;
    QToolButton *m_remove;
};

} // namespace nimbook::ui
