// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/compute_client.h"
#include "cloud/gce/project_client.h"
#include "models/create_choices.h"
#include "workspace/capacity_plan.h"
#include "workspace/catalogue.h"
#include "workspace/price_book.h"

#include <QObject>
#include <QPointer>

#include <array>
#include <optional>

namespace nimbook::models {

/// What a person has put into the creation form, or what stands there by default.
struct CreateInput {
    QString name;
    QString acceleratorType; ///< empty: no GPU
    int gpuCount = 1;
    QString zone;
    QString machineType;
    qint64 diskSizeGb = 100;
    QString diskType = QStringLiteral("pd-balanced");
    qsizetype bootImage = 0; ///< index into Catalogue::bootImages()
    QString containerImage;  ///< reference
    bool spot = false;
    cloud::SpotEnd spotEnd = cloud::SpotEnd::Stop;
    workspace::CapacityPlan::Reach reach = workspace::CapacityPlan::Reach::Region; ///< where else when the zone has none left
    std::chrono::minutes keepTrying{0};
    bool externalAddress = true;
    QString minCpuPlatform; ///< empty: any
    QStringList scopes{QStringLiteral("https://www.googleapis.com/auth/cloud-platform")};
    QList<std::pair<QString, QString>> labels;
    bool operator==(const CreateInput &) const = default;
};

/// The creation form without its widgets: asks Compute Engine what there is, keeps defaults sensible while one thing after the
/// other is chosen, and says of each field what is wrong with it. What a person chose is never replaced.
class CreateForm : public QObject {
    Q_OBJECT
public:
    enum class Field { Name, Gpu, Zone, MachineType, DiskSize, DiskType, BootImage, Container, CpuPlatform, Labels, Project };
    static constexpr int fieldCount = int(Field::Project) + 1;

    struct Start {
        QString project;
        QList<cloud::InstanceRef> existing; ///< names that are taken, and zones that this project uses
    };

    explicit CreateForm(workspace::Catalogue catalogue, QObject *parent = nullptr);

    enum class Keep { Nothing, Choices };

    /// Everything asked afresh, with the defaults or, in another project, with what the person chose so far.
    /// \a compute and \a apis outlive the form or the next begin(); null: signed out, or not asked about the project.
    void begin(cloud::ComputeClient *compute, const Start &start, Keep keep = Keep::Nothing, cloud::ProjectClient *apis = nullptr);
    void reload(); ///< asks again for what could not be had
    void recheck(); ///< asks everything about the project again: API, permissions, quotas
    Job *enableApi(); ///< started, owned by the form; everything is asked afresh after it
    void setPrices(const workspace::PriceBook &prices); ///< Google's own; until then the bundled table is used

    const CreateInput &input() const { return m_input; }
    QString project() const { return m_start.project; }
    const workspace::Catalogue &catalogue() const { return m_catalogue; }
    void setName(const QString &name);
    void setGpu(const QString &acceleratorType);
    void setGpuCount(int count);
    void setZone(const QString &zone);
    void setMachineType(const QString &machineType);
    void setDiskSize(qint64 gigabytes);
    void setDiskType(const QString &diskType);
    void setBootImage(qsizetype index);
    void setContainerImage(const QString &reference);
    void setSpot(bool spot);
    void setSpotEnd(cloud::SpotEnd end);
    void setReach(workspace::CapacityPlan::Reach reach);
    void setKeepTrying(std::chrono::minutes time);
    void setExternalAddress(bool external);
    void setMinCpuPlatform(const QString &platform);
    void setScopes(const QStringList &scopes);
    void setLabels(const QList<std::pair<QString, QString>> &labels);

    const workspace::GpuChoice &gpu() const;
    QList<int> gpuCounts() const;
    const QList<workspace::ZoneChoice> &zones() const { return m_zoneChoices; }
    const QList<cloud::MachineType> &machineTypes() const { return m_fitting; }
    const QList<cloud::DiskType> &diskTypes() const { return m_diskTypes.value; }
    const workspace::BootImage &bootImage() const;
    QStringList cpuPlatforms() const; ///< of the chosen zone
    qint64 minimumDiskGb() const;
    // Pre-flight: what would make pressing the button vain. What could not be asked is unknown and stands in nobody's way.
    bool isApiOff() const;
    QStringList missingPermissions() const; ///< of those that this machine needs to be made
    std::optional<double> gpusLeftEverywhere() const; ///< of the quota over all regions; none: not known

    QStringList otherZones() const; ///< that offer the GPU too: for after a stock-out

    bool isLoading(Field field) const;
    std::optional<Error> loadError(Field field) const; ///< why there is nothing to choose from
    QString problem(Field field) const;                ///< translated; empty: fine as far as is known
    QString zoneText(const workspace::ZoneChoice &zone) const;    ///< "us-central1-a · $0.54 an hour · quota for 8 more"
    QString hint(Field field) const;                   ///< translated: quota, sizes; never wrong, only good to know
    bool isComplete() const;                           ///< nothing is wrong and nothing is still being asked

    workspace::CapacityPlan capacityPlan() const;
    cloud::CreateSpec spec() const; ///< without what Workspace::completeSpec() adds
    std::optional<workspace::Price> runningPrice() const;
    std::optional<workspace::Price> runningPriceIn(const QString &zone) const; ///< none where neither list knows that place
    bool hasPricesOfGoogle() const; ///< runningPrice() is of the chosen region, not the bundled one of us-central1
    std::optional<workspace::Price> stoppedPrice() const;

Q_SIGNALS:
    void changed();      ///< the input, or what is known about it
    void listsChanged(); ///< there is something else to choose from; changed() follows

private:
    /// One list that Compute Engine is asked for.
    template<typename T>
    struct Asked {
        T value{};
        bool loaded = false;
        std::optional<Error> error;
        QPointer<Job> job;
    };

    template<typename T>
    void ask(Asked<T> &asked, ValueJob<T> *job);
    void askAboutZone();
    void askAboutImage();
    void askAboutProject();
    QString problemOfProject() const;
    QString problemOfZone() const;
    const cloud::MachineType *chosenType() const;
    void settle(); ///< works out again what is offered, and mends defaults that nobody chose
    void settleZone();
    void settleMachineType();
    void settleDisk();
    void settleImages();
    bool touched(Field field) const { return m_touched[size_t(field)]; }
    void touch(Field field) { m_touched[size_t(field)] = true; }

    workspace::Catalogue m_catalogue;
    cloud::ComputeClient *m_compute = nullptr;
    Start m_start;
    CreateInput m_input;
    std::array<bool, fieldCount> m_touched{};

    Asked<QList<cloud::Zone>> m_zones;
    Asked<QList<cloud::Region>> m_regions;
    Asked<QList<cloud::AcceleratorType>> m_accelerators;
    Asked<QList<cloud::MachineType>> m_machineTypes;
    Asked<QList<cloud::DiskType>> m_diskTypes;
    Asked<cloud::Image> m_image;
    Asked<bool> m_apiEnabled;
    Asked<QStringList> m_granted;
    Asked<QList<cloud::Quota>> m_projectQuotas;
    cloud::ProjectClient *m_apis = nullptr;
    workspace::PriceBook m_prices;
    QString m_askedZone;
    qsizetype m_askedImage = -1;

    QList<workspace::ZoneChoice> m_zoneChoices;
    QList<cloud::MachineType> m_fitting;
};

} // namespace nimbook::models
