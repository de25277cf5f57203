// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/create_form.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QPlainTextEdit;

namespace nimbook::ui {

class FormField;
class LabelsEditor;

/// What most people never change: disk type, boot image, processor, address, scopes, labels; and the script that prepares the machine, to read.
class AdvancedFields : public QWidget {
    Q_OBJECT
public:
    AdvancedFields(models::CreateForm &form, const QString &startupScript, QWidget *parent = nullptr);

    void begin(); ///< back to the defaults, as the form is
    bool hasProblem() const; ///< something in here needs attention: it must not stay folded

private:
    void showLists();
    void showInput();
    void onScopesEdited();

    models::CreateForm &m_form;
    QComboBox *m_diskType;
    QComboBox *m_bootImage;
    QComboBox *m_cpuPlatform;
    QCheckBox *m_noAddress;
    QPlainTextEdit *m_scopes;
    LabelsEditor *m_labels;
    FormField *m_diskTypeField;
    FormField *m_bootImageField;
    FormField *m_cpuPlatformField;
    FormField *m_scopesField;
    FormField *m_labelsField;
    bool m_showing = false;
};

} // namespace nimbook::ui
