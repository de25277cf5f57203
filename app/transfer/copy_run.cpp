// SPDX-License-Identifier: Apache-2.0
#include "transfer/copy_run.h"

#include "transfer/copy_file.h"

namespace nimbook::transfer {

void CopyRun::walk(Then then)
{
    m_remoteWalk = std::make_shared<RemoteWalk>(m_lanes.control->sharedClient(), m_plan, m_request.sources, m_request.folders, std::move(then), m_request.names);
    m_remoteWalk->start();
}

void CopyRun::stopWalk()
{
    if (m_remoteWalk)
        m_remoteWalk->stop();
    m_remoteWalk.reset();
}

std::shared_ptr<FileTransfer> CopyRun::makeFile(FileTools tools, FileTask task)
{
    tools.lanes.resize(1); // the server does the work: a second process of it would only share the same disk
    return std::make_shared<CopyFile>(std::move(tools), std::move(task));
}

} // namespace nimbook::transfer
