// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/create_form.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;

namespace nimbook::ui {

class FormField;

/// The choices that matter to everybody: name, GPU, zone, machine type, disk, container image, spot.
class CreateFields : public QWidget {
    Q_OBJECT
public:
    explicit CreateFields(models::CreateForm &form, QWidget *parent = nullptr);

    void focusName();
    void focusZone();

private:
    void fillGpus();
    void fillContainers();
    void fillCapacity();
    void connectCapacity();
    void showLists();
    void showInput();
    void showMessages();
    void onContainerChosen(int index);

    models::CreateForm &m_form;
    QLineEdit *m_name;
    QComboBox *m_gpu;
    QComboBox *m_count;
    QComboBox *m_zone;
    QComboBox *m_machineType;
    QSpinBox *m_diskSize;
    QComboBox *m_container;
    QLineEdit *m_ownContainer;
    QCheckBox *m_spot;
    QComboBox *m_spotEnd;
    QComboBox *m_reach;
    QComboBox *m_keepTrying;
    FormField *m_nameField;
    FormField *m_gpuField;
    FormField *m_zoneField;
    FormField *m_machineTypeField;
    FormField *m_diskField;
    FormField *m_containerField;
    bool m_showing = false; ///< the widgets are being set from the form: their signals mean nothing
    bool m_ownChosen = false;
};

} // namespace nimbook::ui
