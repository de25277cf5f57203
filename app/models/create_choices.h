// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/catalog.h"
#include "cloud/model/instance_spec.h"
#include "workspace/capacity_plan.h"
#include "workspace/machine_choices.h"

#include <QStringList>
#include <QUrl>

namespace nimbook::models {

// What the creation form may offer, worked out of what Compute Engine answered and of the bundled catalogue. No I/O.

/// "g2-standard-8 · 8 vCPU · 32 GB"; with a part of a GPU: "g4-standard-6 · 6 vCPU · 22 GB · 1/8 GPU, 12 GB"
QString machineTypeText(const cloud::MachineType &type, const workspace::GpuChoice &gpu);

/// Why a container image reference would be refused; empty when it would not. "repo/name:tag", "host:port/name@sha256:…".
QString containerImageProblem(const QString &reference);
QString diskSizeProblem(qint64 sizeGb, qint64 minimumGb, const QString &imageTitle);
/// "notebook-1", or the first number after it that nobody has.
QString freeMachineName(const QStringList &taken, const QString &wanted = QStringLiteral("notebook-1"));

/// "$0.85"; a tenth of a cent is shown where the whole is less than ten cents.
QString moneyText(qint64 micros);

/// The same machine by nimbookctl, which finds other zones and keeps trying as the form does. Nothing secret is in it.
QString nimbookctlCommand(const cloud::CreateSpec &spec, const workspace::CapacityPlan &plan, const QString &containerImage, bool sandbox);

/// The same machine by gcloud, one option per line, for people who know that better.
QString gcloudCommand(const cloud::CreateSpec &spec);

/// The request itself. \param compute where the API is
QString insertRequestText(const cloud::CreateSpec &spec, const QUrl &compute);

} // namespace nimbook::models
