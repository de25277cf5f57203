// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance_spec.h"

#include <QWidget>

class QComboBox;
class QPlainTextEdit;

namespace nimbook::ui {

/// The same machine as a gcloud command or as the request that is sent: to read, to copy, to learn from.
class CommandPreview : public QWidget {
    Q_OBJECT
public:
    explicit CommandPreview(QWidget *parent = nullptr);

    void setSpec(const cloud::CreateSpec &spec);

private:
    void showText();

    cloud::CreateSpec m_spec;
    QComboBox *m_kind;
    QPlainTextEdit *m_text;
};

} // namespace nimbook::ui
