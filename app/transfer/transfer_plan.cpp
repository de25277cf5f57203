// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_plan.h"

#include "transfer/names.h"

#include <QCoreApplication>
#include <QSet>

namespace nimbook::transfer {
namespace {

constexpr qsizetype mostPlanErrors = 500;

QString planText(const char *text)
{
    return QCoreApplication::translate("nimbook::transfer::TransferPlan", text);
}

Error kindClash(const QByteArray &path, bool folderIsInTheWay)
{
    const QString message = folderIsInTheWay ? planText("\"%1\" was not copied: a folder of that name is in its place.")
                                             : planText("The folder \"%1\" was not copied: a file of that name is in its place.");
    return Error{ErrorKind::AlreadyExists, message.arg(shownPath(path)), planText("Rename or remove what is there, or keep both."), {}, {}};
}

bool clashes(const TransferPlan &plan, const DestinationView &view, size_t folder)
{
    const PlanFolder &f = plan.folders[folder];
    return f.parent >= 0 && view.has(f.parent, f.name) && !view.isFolder(f.parent, f.name);
}

/// Drops the marked folders with all that is planned below them, and gives the rest new numbers.
void removeFolders(TransferPlan &plan, const std::vector<bool> &marked)
{
    std::vector<int> newNumber(plan.folders.size(), -1);
    std::vector<PlanFolder> kept;
    for (size_t i = 0; i < plan.folders.size(); ++i) {
        PlanFolder &folder = plan.folders[i];
        const bool parentGone = folder.parent >= 0 && newNumber[size_t(folder.parent)] < 0;
        if (marked[i] || parentGone)
            continue;
        newNumber[i] = int(kept.size());
        if (folder.parent >= 0)
            folder.parent = newNumber[size_t(folder.parent)];
        kept.push_back(std::move(folder));
    }
    plan.folders = std::move(kept);
    plan.files.filter([&](PlanFile &file) {
        file.folder = newNumber[size_t(file.folder)];
        return file.folder >= 0;
    });
}

void keepBoth(TransferPlan &plan, const DestinationView &view)
{
    QSet<quint64> planned; // names by their keys, as the view keeps them
    const auto taken = [&](int folder) {
        return [&, folder](const QByteArray &name) { return view.has(folder, name) || planned.contains(DestinationView::keyOf(folder, name)); };
    };
    for (const PlanFolder &folder : plan.folders)
        planned.insert(DestinationView::keyOf(folder.parent, folder.name));
    plan.files.forEach([&](const PlanFile &file) {
        if (view.isListed(file.folder))
            planned.insert(DestinationView::keyOf(file.folder, file.name));
    });
    for (size_t i = 1; i < plan.folders.size(); ++i) {
        PlanFolder &folder = plan.folders[i];
        if (!clashes(plan, view, i))
            continue;
        folder.plannedName = folder.name;
        folder.name = freeName(folder.name, taken(folder.parent));
        planned.insert(DestinationView::keyOf(folder.parent, folder.name));
    }
    plan.files.filter([&](PlanFile &file) {
        if (file.replace || !view.has(file.folder, file.name))
            return true;
        file.source = plan.sourcePath(file);
        file.plannedName = file.name;
        file.name = freeName(file.name, taken(file.folder));
        planned.insert(DestinationView::keyOf(file.folder, file.name));
        return true;
    });
}

} // namespace

TransferPlan::TransferPlan(const QByteArray &destinationFolder) : destination(destinationFolder)
{
    PlanFolder root;
    root.exists = true;
    folders.push_back(root);
}

QByteArray TransferPlan::folderPath(int folder) const
{
    qsizetype size = destination.size() + 1;
    std::vector<int> chain; // from the folder up: without recursion, for nobody bounds how deep a tree is
    for (; folders[size_t(folder)].parent >= 0; folder = folders[size_t(folder)].parent) {
        chain.push_back(folder);
        size += folders[size_t(folder)].name.size() + 1;
    }
    QByteArray path;
    path.reserve(size);
    path += destination;
    for (auto step = chain.rbegin(); step != chain.rend(); ++step) {
        if (!path.endsWith('/'))
            path += '/';
        path += folders[size_t(*step)].name;
    }
    return path;
}

QByteArray TransferPlan::sourcePath(const PlanFile &file) const
{
    return file.source.isEmpty() ? joinPath(folders[size_t(file.folder)].source, file.name) : file.source;
}

QByteArray TransferPlan::destinationPath(const PlanFile &file) const
{
    return joinPath(folderPath(file.folder), file.name);
}

QByteArray TransferPlan::plannedPath(const PlanFile &file) const
{
    return plannedFolder(file.folder) + (file.plannedName.isEmpty() ? file.name : file.plannedName);
}

QByteArray TransferPlan::plannedFolder(int folder) const
{
    QByteArray path;
    for (; folder > 0; folder = folders[size_t(folder)].parent) {
        const PlanFolder &f = folders[size_t(folder)];
        path.prepend('/').prepend(f.plannedName.isEmpty() ? f.name : f.plannedName);
    }
    return path;
}

quint64 DestinationView::keyOf(int folder, const QByteArray &name)
{
    return quint64(qHash(name, QHashSeed::globalSeed() + size_t(folder) * 0x9E3779B97F4A7C15u));
}

void DestinationView::put(int folder, const Names &names)
{
    m_listed.insert(folder);
    for (auto it = names.cbegin(); it != names.cend(); ++it) {
        m_names.insert(keyOf(folder, it.key()), it.value());
        m_hasParts = m_hasParts || isPartName(it.key());
    }
}

std::optional<ThereAlready> DestinationView::find(int folder, const QByteArray &name) const
{
    if (!m_listed.contains(folder))
        return std::nullopt;
    const auto found = m_names.constFind(keyOf(folder, name));
    return found == m_names.constEnd() ? std::nullopt : std::optional(*found);
}

bool DestinationView::isFolder(int folder, const QByteArray &name) const
{
    const auto found = find(folder, name);
    return found && found->isFolder;
}

std::vector<std::vector<int>> childFolders(const TransferPlan &plan)
{
    std::vector<std::vector<int>> children(plan.folders.size());
    for (size_t i = 1; i < plan.folders.size(); ++i)
        children[size_t(plan.folders[i].parent)].push_back(int(i));
    return children;
}

QList<int> existingSubfolders(TransferPlan &plan, const std::vector<std::vector<int>> &children, const DestinationView &view, int folder)
{
    QList<int> found;
    for (const int child : children[size_t(folder)]) {
        PlanFolder &f = plan.folders[size_t(child)];
        if (!view.isFolder(folder, f.name))
            continue;
        f.exists = true;
        found.append(child);
    }
    return found;
}

QStringList findConflicts(const TransferPlan &plan, const DestinationView &view, int limit)
{
    QStringList paths;
    for (size_t i = 1; i < plan.folders.size() && paths.size() < limit; ++i) {
        if (clashes(plan, view, i))
            paths.append(shownPath(plan.folderPath(int(i))));
    }
    PlanFiles::Reader reader(&plan.files);
    for (auto file = reader.next(); file && paths.size() < limit; file = reader.next()) {
        if (!file->replace && view.has(file->folder, file->name))
            paths.append(shownPath(plan.destinationPath(*file)));
    }
    return paths;
}

qint64 partBytes(const TransferPlan &plan, const DestinationView &view)
{
    qint64 bytes = 0;
    if (view.hasParts()) {
        plan.files.forEach([&](const PlanFile &file) {
            const auto part = view.find(file.folder, partName(file.name));
            bytes += part && !part->isFolder ? part->size : 0;
        });
    }
    return bytes;
}

void resolveConflicts(TransferPlan &plan, const DestinationView &view, ConflictAnswer answer)
{
    if (answer == ConflictAnswer::KeepBoth) {
        keepBoth(plan, view);
        return;
    }
    const bool newerWins = answer == ConflictAnswer::NewerWins;
    const bool overwrite = answer == ConflictAnswer::Overwrite || newerWins;
    plan.files.filter([&](PlanFile &file) {
        const auto there = view.find(file.folder, file.name);
        if (!there)
            return true;
        const bool mayReplace = file.replace || (newerWins ? file.modified > there->modified : overwrite);
        if (!there->isFolder && mayReplace) {
            file.replace = true;
            file.replaced = there->size;
            plan.bytesFreed += there->size;
            return true;
        }
        if (overwrite && there->isFolder && plan.errors.size() < mostPlanErrors)
            plan.errors.append(kindClash(plan.destinationPath(file), true));
        return false;
    });
    std::vector<bool> marked(plan.folders.size(), false);
    for (size_t i = 1; i < plan.folders.size(); ++i) {
        marked[i] = clashes(plan, view, i);
        if (marked[i] && overwrite)
            plan.errors.append(kindClash(plan.folderPath(int(i)), false));
    }
    removeFolders(plan, marked);
}

AlreadyThere dropFinished(TransferPlan &plan, const DestinationView &view, const OutcomeLog &log, ConflictAnswer answer)
{
    AlreadyThere there;
    plan.files.filter([&](PlanFile &file) {
        const auto earlier = log.find(plan.sourcePath(file), plan.plannedPath(file));
        if (!earlier)
            return true;
        const bool sameSource = earlier->outcome == Outcome::Finished && earlier->size == file.size && earlier->modified == file.modified;
        const auto present = view.find(file.folder, file.name);
        const bool isPresent = present && !present->isFolder && present->size == file.size;
        // Kept beside another one it lies under a name that this plan does not know.
        if (sameSource && (isPresent || answer == ConflictAnswer::KeepBoth)) {
            ++there.files;
            there.bytes += file.size;
            return false;
        }
        // What lies there is what this transfer itself brought, unless somebody has written to it since.
        file.replace = answer != ConflictAnswer::KeepBoth && present && !present->isFolder && present->size == earlier->size;
        return true;
    });
    for (size_t i = 1; i < plan.folders.size(); ++i) {
        PlanFolder &folder = plan.folders[i];
        folder.ours = folder.exists && log.find(folder.source, plan.plannedFolder(int(i)));
    }
    return there;
}

} // namespace nimbook::transfer
