// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_plan.h"

#include "transfer/names.h"

#include <QCoreApplication>
#include <QSet>

namespace nimbook::transfer {
namespace {

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
    std::erase_if(plan.files, [&](const PlanFile &file) { return newNumber[size_t(file.folder)] < 0; });
    for (PlanFile &file : plan.files)
        file.folder = newNumber[size_t(file.folder)];
}

void keepBoth(TransferPlan &plan, const DestinationView &view)
{
    QHash<int, QSet<QByteArray>> planned;
    const auto taken = [&](int folder) {
        return [&, folder](const QByteArray &name) { return view.has(folder, name) || planned[folder].contains(name); };
    };
    for (const PlanFolder &folder : plan.folders)
        planned[folder.parent].insert(folder.name);
    for (const PlanFile &file : plan.files) {
        if (view.folders.contains(file.folder))
            planned[file.folder].insert(file.name);
    }
    for (size_t i = 1; i < plan.folders.size(); ++i) {
        PlanFolder &folder = plan.folders[i];
        if (!clashes(plan, view, i))
            continue;
        folder.name = freeName(folder.name, taken(folder.parent));
        planned[folder.parent].insert(folder.name);
    }
    for (PlanFile &file : plan.files) {
        if (file.replace || !view.has(file.folder, file.name))
            continue;
        file.source = plan.sourcePath(file);
        file.name = freeName(file.name, taken(file.folder));
        planned[file.folder].insert(file.name);
    }
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
    const PlanFolder &f = folders[size_t(folder)];
    return f.parent < 0 ? destination : joinPath(folderPath(f.parent), f.name);
}

QByteArray TransferPlan::sourcePath(const PlanFile &file) const
{
    return file.source.isEmpty() ? joinPath(folders[size_t(file.folder)].source, file.name) : file.source;
}

QByteArray TransferPlan::destinationPath(const PlanFile &file) const
{
    return joinPath(folderPath(file.folder), file.name);
}

qint64 TransferPlan::totalBytes() const
{
    qint64 total = 0;
    for (const PlanFile &file : files)
        total += file.size;
    return total;
}

bool DestinationView::has(int folder, const QByteArray &name) const
{
    const auto found = folders.constFind(folder);
    return found != folders.constEnd() && found->contains(name);
}

bool DestinationView::isFolder(int folder, const QByteArray &name) const
{
    const auto found = folders.constFind(folder);
    return found != folders.constEnd() && found->value(name, false);
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
    for (const PlanFile &file : plan.files) {
        if (paths.size() >= limit)
            break;
        if (!file.replace && view.has(file.folder, file.name))
            paths.append(shownPath(plan.destinationPath(file)));
    }
    return paths;
}

void resolveConflicts(TransferPlan &plan, const DestinationView &view, ConflictAnswer answer)
{
    if (answer == ConflictAnswer::KeepBoth) {
        keepBoth(plan, view);
        return;
    }
    const bool overwrite = answer == ConflictAnswer::Overwrite;
    std::erase_if(plan.files, [&](PlanFile &file) {
        if (!view.has(file.folder, file.name))
            return false;
        if (!view.isFolder(file.folder, file.name) && (overwrite || file.replace)) {
            file.replace = true;
            return false;
        }
        if (overwrite)
            plan.errors.append(kindClash(plan.destinationPath(file), true));
        return true;
    });
    std::vector<bool> marked(plan.folders.size(), false);
    for (size_t i = 1; i < plan.folders.size(); ++i) {
        marked[i] = clashes(plan, view, i);
        if (marked[i] && overwrite)
            plan.errors.append(kindClash(plan.folderPath(int(i)), false));
    }
    removeFolders(plan, marked);
}

AlreadyThere dropFinished(TransferPlan &plan, const EarlierFiles &earlier)
{
    AlreadyThere there;
    if (earlier.isEmpty())
        return there;
    std::erase_if(plan.files, [&](PlanFile &file) {
        const auto found = earlier.constFind(plan.sourcePath(file));
        if (found == earlier.constEnd())
            return false;
        if (found->outcome == Outcome::InDoubt || found->size != file.size || found->modified != file.modified) {
            file.replace = true; // what lies there is what this transfer itself brought
            return false;
        }
        ++there.files;
        there.bytes += file.size;
        return true;
    });
    return there;
}

} // namespace nimbook::transfer
