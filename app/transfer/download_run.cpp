// SPDX-License-Identifier: Apache-2.0
#include "transfer/download_run.h"

#include "transfer/download_file.h"
#include "transfer/local_folder.h"

namespace nimbook::transfer {

void DownloadRun::walk(Then then)
{
    m_walk = std::make_shared<RemoteWalk>(m_lanes.control->sharedClient(), m_plan, m_request.sources, m_request.folders, std::move(then));
    m_walk->start();
}

void DownloadRun::stopWalk()
{
    if (m_walk)
        m_walk->stop();
    m_walk.reset();
}

void DownloadRun::listDestination(int folder, std::function<void(Result<DestinationView::Names>)> then)
{
    then(listLocalFolder(m_plan.folderPath(folder)));
}

void DownloadRun::askSpace(std::function<void(std::optional<qint64>)> then)
{
    then(localSpace(m_plan.destination));
}

void DownloadRun::makeFolder(int folder, Then then)
{
    const auto made = makeLocalFolder(m_plan.folderPath(folder), m_plan.folders[size_t(folder)].permissions);
    then(made ? std::nullopt : std::optional(made.error()));
}

void DownloadRun::sealFolder(int folder, std::function<void()> then)
{
    const PlanFolder &planned = m_plan.folders[size_t(folder)];
    if (!planned.source.isEmpty())
        sealLocalFolder(m_plan.folderPath(folder), planned.permissions, planned.modified);
    then();
}

std::shared_ptr<FileTransfer> DownloadRun::makeFile(FileTools tools, FileTask task)
{
    return std::make_shared<DownloadFile>(std::move(tools), std::move(task));
}

} // namespace nimbook::transfer
