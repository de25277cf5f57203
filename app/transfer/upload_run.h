// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/batch_run.h"
#include "transfer/local_walk.h"

namespace nimbook::transfer {

class UploadRun : public BatchRun {
    Q_OBJECT
public:
    using BatchRun::BatchRun;

private:
    void walk(Then then) override;
    void walkOn();
    void stopWalk() override { m_walk.reset(); }
    void listDestination(int folder, std::function<void(Result<DestinationView::Names>)> then) override;
    void askSpace(std::function<void(std::optional<qint64>)> then) override;
    void makeFolder(int folder, Then then) override;
    void sealFolder(int folder, std::function<void()> then) override;
    std::shared_ptr<FileTransfer> makeFile(FileTools tools, FileTask task) override;

    std::optional<LocalWalk> m_walk;
    Then m_walked;
};

} // namespace nimbook::transfer
