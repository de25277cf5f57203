// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

class QAbstractItemView;

namespace nimbook::ui {

/// Gives a view a quiet selection: the accent as a tint behind text in its own colour. Follows the palette.
class SoftSelection : public QObject {
    Q_OBJECT
public:
    /// \param ground what the view stands on: QPalette::Base for tables, QPalette::Window for lists in a side bar
    explicit SoftSelection(QAbstractItemView *view, bool onWindow = false);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void tint();
    QAbstractItemView *m_view;
    bool m_onWindow;
    bool m_tinting = false;
};

} // namespace nimbook::ui
