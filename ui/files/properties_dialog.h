// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>

#include <array>

class QCheckBox;
class QLabel;
class QPushButton;

namespace nimbook::ui {

class ErrorBanner;

/// What is known of one file or folder, and who may do what with it. Shown with open(); deletes itself when closed.
class PropertiesDialog : public QDialog {
    Q_OBJECT
public:
    struct Subject {
        QString name;     ///< as it may be shown
        QString kind;     ///< "Folder"
        QString location; ///< folder and machine
        QString size;
        QString modified;
        quint32 permissions = 0; ///< the lower 12 bits
        bool mayChange = true;
    };

    PropertiesDialog(const Subject &subject, QWidget *parent);

    void setSize(const QString &text); ///< once it has been counted
    void showProblem(const QString &message);
    void applied(quint32 permissions); ///< they are so now: closes
    quint32 permissions() const; ///< as ticked; bits that have no box stay as they were

Q_SIGNALS:
    void permissionsChosen(quint32 permissions);

private:
    QWidget *makeBoxes();
    void follow();

    quint32 m_before;
    QLabel *m_size;
    QLabel *m_octal;
    ErrorBanner *m_banner;
    QPushButton *m_apply;
    std::array<QCheckBox *, 9> m_boxes; ///< owner read, write, run, then group, then others
};

} // namespace nimbook::ui
