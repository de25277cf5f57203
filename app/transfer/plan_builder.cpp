// SPDX-License-Identifier: Apache-2.0
#include "transfer/plan_builder.h"

#include "transfer/file_errors.h"
#include "transfer/names.h"

namespace nimbook::transfer {
namespace {
constexpr int linksInARow = 8;          // links may multiply a tree: each level of them by as much as there are links
constexpr qint64 mostFiles = 20'000'000;   // about 60 bytes each, on disk
constexpr size_t mostFolders = 1'000'000; // about 300 bytes each, in memory
constexpr qint64 mostFolderBytes = 512 * 1024 * 1024; // of their paths: a million deep ones would be 4 GiB
constexpr qsizetype mostLeftOut = 500;
}

LinkVerdict judgeLink(const std::vector<WalkedFolder> &walked, int folder, const QByteArray &target, bool targetIsFolder)
{
    const WalkedFolder &here = walked[size_t(folder)];
    if (!isInside(here.root, target))
        return LinkVerdict::LeadsOutside;
    if (!targetIsFolder)
        return LinkVerdict::Follow;
    for (int above = folder; above >= 0; above = walked[size_t(above)].parent) {
        if (isInside(target, walked[size_t(above)].canonical))
            return LinkVerdict::LeadsBack;
    }
    return here.linksFollowed < linksInARow ? LinkVerdict::Follow : LinkVerdict::TooDeep;
}

QByteArray PlanBuilder::topName(const QByteArray &name)
{
    const auto taken = [this](const QByteArray &candidate) { return m_topNames.contains(candidate); };
    const QByteArray free = taken(name) ? freeName(name, taken) : name;
    m_topNames.insert(free);
    return free;
}

int PlanBuilder::addTopFolder(const QByteArray &name, const QByteArray &source, const FoundEntry &entry)
{
    return addFolder(0, topName(name), source, entry);
}

void PlanBuilder::addTopFile(const QByteArray &name, const QByteArray &source, const FoundEntry &entry)
{
    addFile(0, topName(name), source, entry);
}

void PlanBuilder::addSourceFile(std::optional<int> place, const QByteArray &name, const QByteArray &source, const FoundEntry &entry)
{
    if (!place) {
        addTopFile(name, source, entry);
        return;
    }
    const auto slot = std::make_pair(*place, name);
    if (m_placed.contains(slot)) { // two at once would write into the same part
        leaveOut(Error{ErrorKind::InvalidInput, transferText("\"%1\" was not copied: another file goes to the same place.").arg(shownPath(source)), {}, {}, {}});
        return;
    }
    m_placed.insert(slot);
    addFile(*place, name, source, entry);
}

std::optional<int> PlanBuilder::placeFor(const QByteArray &relativeFolder)
{
    int folder = 0;
    QByteArray path;
    for (const QByteArray &name : relativeFolder.split('/')) {
        if (name.isEmpty())
            continue;
        if (!isSafeName(name)) {
            leaveOutName(m_plan.destination, relativeFolder);
            return std::nullopt;
        }
        path += '/' + name;
        const auto known = m_places.constFind(path);
        folder = known != m_places.constEnd() ? *known : *m_places.insert(path, addFolder(folder, name, {}, {0, 0, 0755}));
    }
    return folder;
}

int PlanBuilder::addFolder(int parent, const QByteArray &name, const QByteArray &source, const FoundEntry &entry)
{
    m_folderBytes += source.size() + name.size();
    m_plan.folders.push_back(PlanFolder{parent, source, name, entry.permissions & 0777, entry.modified, false});
    return int(m_plan.folders.size()) - 1;
}

void PlanBuilder::addFile(int folder, const QByteArray &name, const QByteArray &source, const FoundEntry &entry)
{
    m_plan.files.append(PlanFile{folder, name, source, entry.size, entry.modified, entry.permissions & 0777, false});
}

void PlanBuilder::leaveOut(const Error &error)
{
    if (m_plan.errors.size() < mostLeftOut)
        m_plan.errors.append(error);
}

void PlanBuilder::leaveOutSpecial(const QByteArray &path)
{
    leaveOut(Error{ErrorKind::Unsupported, transferText("\"%1\" was not copied: it is a socket, a pipe or a device.").arg(shownPath(path)), {}, {}, {}});
}

void PlanBuilder::leaveOutPlacedFolder(const QByteArray &path)
{
    leaveOut(Error{ErrorKind::Unsupported, transferText("\"%1\" was not copied: it is a folder now.").arg(shownPath(path)), {}, {}, {}});
}

void PlanBuilder::leaveOutLink(const QByteArray &path, LinkVerdict verdict)
{
    const QString reason = verdict == LinkVerdict::LeadsOutside ? transferText("the link leads out of the folder that is copied")
        : verdict == LinkVerdict::LeadsBack                     ? transferText("the link leads back to a folder that holds it")
                                                                : transferText("too many links follow one another");
    leaveOut(Error{ErrorKind::Unsupported, transferText("\"%1\" was not copied: %2.").arg(shownPath(path), reason),
                   transferText("Copy what it leads to by itself, if it is needed."), {}, {}});
}

void PlanBuilder::leaveOutName(const QByteArray &folder, const QByteArray &name)
{
    leaveOut(Error{ErrorKind::InvalidInput,
                   transferText("A file in \"%1\" was not copied: its name \"%2\" is not one that a file can have.").arg(shownPath(folder), shownPath(name.left(300))),
                   {}, {}, {}});
}

void PlanBuilder::leaveOutPath(const QByteArray &path)
{
    constexpr qsizetype shown = 300; // bytes; what a server says may be a quarter of a megabyte
    leaveOut(Error{ErrorKind::InvalidInput, transferText("\"%1\" was not copied: its path is too long.").arg(shownPath(path.left(shown)) + u'\u2026'),
                   transferText("Copy the folders in it by themselves."), {}, {}});
}

bool PlanBuilder::isFull() const
{
    return m_plan.files.count() >= mostFiles || m_plan.folders.size() >= mostFolders || m_folderBytes >= mostFolderBytes;
}

} // namespace nimbook::transfer
