// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

namespace nimbook::workspace {
class MachineList;
}

namespace nimbook::models {

class InstanceModel;

/// Carries the changes of a MachineList into an InstanceModel; additions of one answer go in together.
class InstanceFeed : public QObject {
    Q_OBJECT
public:
    explicit InstanceFeed(InstanceModel &model, QObject *parent = nullptr);

    void setSource(workspace::MachineList *list); ///< null: empties the model

private:
    void flush();

    InstanceModel &m_model;
    QPointer<workspace::MachineList> m_list;
    QList<cloud::Instance> m_added;
    QTimer m_flushTimer;
};

} // namespace nimbook::models
