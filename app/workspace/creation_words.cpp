// SPDX-License-Identifier: Apache-2.0
#include "workspace/creation_words.h"

namespace nimbook::workspace {

namespace {

QString creationText(const char *text)
{
    return QCoreApplication::translate("nimbook::workspace::creation", text);
}

} // namespace

QString creationProblem(const cloud::CreateSpec &spec)
{
    if (const QString problem = cloud::instanceNameProblem(spec.ref.name); !problem.isEmpty())
        return problem;
    if (spec.ref.project.isEmpty() || spec.ref.zone.isEmpty())
        return creationText(QT_TRANSLATE_NOOP("nimbook::workspace::creation", "No project or no zone is chosen."));
    if (spec.machineType.isEmpty())
        return creationText(QT_TRANSLATE_NOOP("nimbook::workspace::creation", "No machine type is chosen."));
    if (spec.imageFamily.isEmpty() || spec.imageProject.isEmpty())
        return creationText(QT_TRANSLATE_NOOP("nimbook::workspace::creation", "No boot image is chosen."));
    for (auto it = spec.labels.cbegin(); it != spec.labels.cend(); ++it) {
        if (const QString problem = cloud::labelProblem(it.key(), it.value()); !problem.isEmpty())
            return problem;
    }
    return {};
}

QString refusalText(const Error &error, const QString &machineType)
{
    switch (error.kind) {
    case ErrorKind::StockOut:
        return creationText(QT_TRANSLATE_NOOP("nimbook::workspace::creation", "none left"));
    case ErrorKind::QuotaExceeded:
        return creationText(QT_TRANSLATE_NOOP("nimbook::workspace::creation", "the project's quota for this region is used up"));
    case ErrorKind::NotFound:
        return creationText(QT_TRANSLATE_NOOP("nimbook::workspace::creation", "%1 is not offered there")).arg(machineType);
    default:
        return error.message;
    }
}

} // namespace nimbook::workspace
