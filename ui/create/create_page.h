// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"
#include "cloud/model/instance.h"
#include "workspace/workspace.h"

#include <QWidget>

#include <memory>

namespace nimbook::ui {

/// Making a machine is one page: choices left, what they cost and bring on the right. Enter works with the defaults.
///
/// While the machine is made the steps stand where the button was; on failure everything typed is kept.
class CreatePage : public QWidget {
    Q_OBJECT
public:
    explicit CreatePage(workspace::Workspace &workspace, QWidget *parent = nullptr);
    ~CreatePage() override;

    void begin(); ///< for the current project, with good defaults; the name field has the focus. Harmless while a machine is made.
    bool isCreating() const;

Q_SIGNALS:
    void createRequested(const nimbook::cloud::InstanceRef &ref, nimbook::Flow *flow); ///< the person pressed Create, the flow runs
    void created(const nimbook::cloud::InstanceRef &ref); ///< the machine exists and is in the list
    void cancelled();                                     ///< back to where the person came from

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nimbook::ui
