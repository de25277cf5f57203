// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <algorithm>

namespace nimbook::cli {

namespace {

struct ArgumentsText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cli::ArgumentsText)
};

enum class Operands { None, Command };

struct VerbForm {
    const char *name;
    const char *summary;
    QStringList options;
    Operands operands = Operands::None;
};

const QStringList &commonOptions()
{
    static const QStringList names{QStringLiteral("gcp-project-id"), QStringLiteral("sandbox"), QStringLiteral("credential-file"),
                                   QStringLiteral("ssh-key"), QStringLiteral("ssh-key-to-project"), QStringLiteral("accept-new-host-key"),
                                   QStringLiteral("json"), QStringLiteral("progress")};
    return names;
}

const QList<VerbForm> &verbForms()
{
    const QString name = QStringLiteral("instance-name"), zone = QStringLiteral("zone");
    const QStringList creation{name, zone, QStringLiteral("machine-type"), QStringLiteral("boot-disk-size"), QStringLiteral("boot-disk-type"),
                               QStringLiteral("image-project"), QStringLiteral("image-family"), QStringLiteral("docker-image"),
                               QStringLiteral("scopes"), QStringLiteral("no-scopes"), QStringLiteral("label"), QStringLiteral("labels"),
                               QStringLiteral("spot"), QStringLiteral("provisioning-model"), QStringLiteral("instance-termination-action"),
                               QStringLiteral("min-cpu-platform"), QStringLiteral("network"), QStringLiteral("subnet"), QStringLiteral("no-address"),
                               QStringLiteral("other-zones"), QStringLiteral("keep-trying")};
    static const QList<VerbForm> forms{
        {"create-instance", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "Make a machine with a GPU."), QStringList{QStringLiteral("accelerator")} + creation},
        {"create-instance-cpu", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "Make a machine without a GPU."), creation},
        {"list", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "List the machines of the project."), {}},
        {"start", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "Start a machine."), {name, zone}},
        {"stop", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "Stop a machine; its disk stays and costs."), {name, zone}},
        {"delete-instance", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "Delete a machine and its disk."), {name, zone, QStringLiteral("yes")}},
        {"run-jupyter", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "Start Jupyter on the machine, and the machine before it."),
         {name, zone, QStringLiteral("docker-image"), QStringLiteral("shm-size"), QStringLiteral("restart"), QStringLiteral("env"),
          QStringLiteral("update"), QStringLiteral("from-lock")}},
        {"ssh-tunnel", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "Open the notebook at a port of this computer until Ctrl+C, or while a command runs."),
         {name, zone, QStringLiteral("docker-image"), QStringLiteral("jupyter-port"), QStringLiteral("show-token")}, Operands::Command},
        {"pip-install", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "Install a requirements.txt in the container; it survives a restart."),
         {name, zone, QStringLiteral("requirements")}},
        {"pip-freeze", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "Record image and packages in /src/nimbook.lock, and list what was installed."), {name, zone}},
        {"upload-files", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "Copy files and folders to the machine."),
         {name, zone, QStringLiteral("from"), QStringLiteral("to"), QStringLiteral("conflict")}},
        {"download-outputs", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "Copy what lies in /src/outputs to this computer."),
         {name, zone, QStringLiteral("from"), QStringLiteral("to"), QStringLiteral("conflict")}},
        {"ssh", QT_TRANSLATE_NOOP("nimbook::cli::ArgumentsText", "A shell on the machine, or one command: ssh … -- nvidia-smi"),
         {name, zone, QStringLiteral("tty"), QStringLiteral("local-forward")}, Operands::Command},
        {"ssh-proxy", nullptr, {name, zone}}, // what ssh calls by itself
    };
    return forms;
}

QCommandLineOption optionNamed(const QString &name)
{
    const auto with = [&name](const QString &value, const QString &description) { return QCommandLineOption(name, description, value); };
    const auto flag = [&name](const QString &description) { return QCommandLineOption(name, description); };
    static const QString nameWord = ArgumentsText::tr("name");
    if (name == QLatin1String("instance-name"))
        return with(nameWord, ArgumentsText::tr("The machine."));
    if (name == QLatin1String("gcp-project-id"))
        return with(ArgumentsText::tr("project"), ArgumentsText::tr("Default: CLOUDSDK_CORE_PROJECT, else the credential's own."));
    if (name == QLatin1String("zone"))
        return with(ArgumentsText::tr("zone"), ArgumentsText::tr("Needed where the name is not the only one of its kind; for a new machine the default is CLOUDSDK_COMPUTE_ZONE, else us-central1-a."));
    if (name == QLatin1String("machine-type"))
        return with(ArgumentsText::tr("type"), ArgumentsText::tr("Default: one that has the GPU and its number, else e2-standard-4."));
    if (name == QLatin1String("accelerator"))
        return with(QStringLiteral("type=…,count=…"), ArgumentsText::tr("Default: the one that --machine-type comes with, else type=nvidia-l4,count=1."));
    if (name == QLatin1String("boot-disk-size"))
        return with(ArgumentsText::tr("size"), ArgumentsText::tr("Default: 200GB."));
    if (name == QLatin1String("boot-disk-type"))
        return with(ArgumentsText::tr("type"), ArgumentsText::tr("Default: pd-balanced, and hyperdisk-balanced where the machine type takes nothing else."));
    if (name == QLatin1String("image-project") || name == QLatin1String("image-family"))
        return with(nameWord, ArgumentsText::tr("The boot image; default: the first of Nimbook's list that fits."));
    if (name == QLatin1String("docker-image"))
        return with(ArgumentsText::tr("reference"), ArgumentsText::tr("The container that Jupyter runs in."));
    if (name == QLatin1String("shm-size"))
        return with(ArgumentsText::tr("size"), ArgumentsText::tr("Shared memory of the container, as Docker writes it: 2g. Kept for the next time, like the two below."));
    if (name == QLatin1String("restart"))
        return with(ArgumentsText::tr("policy"), ArgumentsText::tr("no, on-failure, always or unless-stopped."));
    if (name == QLatin1String("env"))
        return with(QStringLiteral("NAME[=value]"), ArgumentsText::tr("A variable of the container; a name alone takes the value from here, where nobody else reads it. May be repeated."));
    if (name == QLatin1String("update"))
        return flag(ArgumentsText::tr("Ask the registry for a newer image of that name first."));
    if (name == QLatin1String("from-lock"))
        return flag(ArgumentsText::tr("The image and the packages that /src/nimbook.lock recorded."));
    if (name == QLatin1String("tty"))
        return flag(ArgumentsText::tr("A terminal for the command, as ssh -t gives it."));
    if (name == QLatin1String("local-forward"))
        return with(QStringLiteral("port:host:port"), ArgumentsText::tr("A port of this computer that leads to one the machine reaches, as ssh -L. May be repeated; without a command nothing else is run."));
    if (name == QLatin1String("scopes"))
        return with(ArgumentsText::tr("list"), ArgumentsText::tr("What the machine's service account may use, as gcloud names it; default: cloud-platform."));
    if (name == QLatin1String("no-scopes"))
        return flag(ArgumentsText::tr("The machine gets no service account."));
    if (name == QLatin1String("labels"))
        return with(QStringLiteral("key=value,…"), ArgumentsText::tr("More labels, as gcloud writes them."));
    if (name == QLatin1String("provisioning-model"))
        return with(QStringLiteral("STANDARD|SPOT"), ArgumentsText::tr("SPOT is what --spot says as well."));
    if (name == QLatin1String("instance-termination-action"))
        return with(QStringLiteral("STOP|DELETE"), ArgumentsText::tr("What becomes of a Spot machine that Google takes back; default: STOP."));
    if (name == QLatin1String("min-cpu-platform"))
        return with(ArgumentsText::tr("platform"), ArgumentsText::tr("No older processor, for example \"Intel Skylake\"."));
    if (name == QLatin1String("network") || name == QLatin1String("subnet"))
        return with(nameWord, ArgumentsText::tr("Where the machine gets its addresses; default: the network “default”."));
    if (name == QLatin1String("other-zones"))
        return with(QStringLiteral("none|region|any"), ArgumentsText::tr("Where else when the zone has none left or its quota is used up; default: none."));
    if (name == QLatin1String("keep-trying"))
        return with(ArgumentsText::tr("time"), ArgumentsText::tr("Ask again for that long when no zone has one: 30m, 8h. Default: every zone once."));
    if (name == QLatin1String("label"))
        return with(QStringLiteral("key=value"), ArgumentsText::tr("One more label; may be repeated."));
    if (name == QLatin1String("spot"))
        return flag(ArgumentsText::tr("Cheaper, and Google may stop it at any time."));
    if (name == QLatin1String("no-address"))
        return flag(ArgumentsText::tr("Without an external address."));
    if (name == QLatin1String("yes"))
        return flag(ArgumentsText::tr("Do not ask."));
    if (name == QLatin1String("jupyter-port"))
        return with(ArgumentsText::tr("port"), ArgumentsText::tr("Port of this computer, tried first; default: 18888."));
    if (name == QLatin1String("show-token"))
        return flag(ArgumentsText::tr("Print Jupyter's token also where the output is no terminal."));
    if (name == QLatin1String("requirements"))
        return with(ArgumentsText::tr("file"), ArgumentsText::tr("Default: requirements.txt."));
    if (name == QLatin1String("from"))
        return with(ArgumentsText::tr("path"), ArgumentsText::tr("What is copied; for an upload it may be repeated."));
    if (name == QLatin1String("to"))
        return with(ArgumentsText::tr("folder"), ArgumentsText::tr("Where to; an upload's default is /src, a download's the current folder."));
    if (name == QLatin1String("conflict"))
        return with(ArgumentsText::tr("answer"), ArgumentsText::tr("ask, overwrite, skip or keep-both, for files that exist; default: ask."));
    if (name == QLatin1String("sandbox"))
        return flag(ArgumentsText::tr("The sandbox of this computer: the one that runs, else one for the length of this command."));
    if (name == QLatin1String("credential-file"))
        return with(ArgumentsText::tr("file"), ArgumentsText::tr("Default: GOOGLE_APPLICATION_CREDENTIALS, else what gcloud left."));
    if (name == QLatin1String("ssh-key"))
        return with(ArgumentsText::tr("key"), ArgumentsText::tr("“agent” or a private key of yours, instead of the one that Nimbook makes."));
    if (name == QLatin1String("ssh-key-to-project"))
        return flag(ArgumentsText::tr("Publish the SSH key in the project's metadata, where it opens all its machines, instead of on the machine alone."));
    if (name == QLatin1String("accept-new-host-key"))
        return flag(ArgumentsText::tr("Trust a changed host key that Google vouches for; what nobody vouches for is refused all the same."));
    if (name == QLatin1String("json"))
        return flag(ArgumentsText::tr("One JSON document on the standard output, also for an error."));
    return with(ArgumentsText::tr("how"), ArgumentsText::tr("auto, plain or none: steps on the standard error; auto: on a terminal."));
}

QString overview()
{
    QString text = ArgumentsText::tr("Usage: nimbookctl VERB [OPTIONS]\nA GPU notebook on Google Cloud, on the command line.\n\nVerbs:\n");
    for (const VerbForm &form : verbForms())
        text += !form.summary ? QString() : QStringLiteral("  %1 %2\n").arg(QLatin1String(form.name), -20).arg(ArgumentsText::tr(form.summary));
    text += ArgumentsText::tr("\n“nimbookctl VERB --help” lists the options of a verb.\n\n"
                              "Exit status: 0 done · 1 failed · 2 wrong command line · 3 not signed in or not allowed · 4 not found ·\n"
                              "5 quota or stock-out · 6 no answer, or not in time · 7 a question that nobody was there to answer ·\n"
                              "8 host key not trusted · 130 cancelled by Ctrl+C; ssh and a tunnel's command: their own status.\n");
    return text;
}

tl::unexpected<Error> wrong(const QString &what, const QString &verb = {})
{
    return failure(ErrorKind::InvalidInput, what,
                   ArgumentsText::tr("See: nimbookctl %1--help").arg(verb.isEmpty() ? QString() : verb + QLatin1Char(' ')));
}

} // namespace

Result<Parsed> parseArguments(const QStringList &words)
{
    const QString first = words.value(0);
    if (first.isEmpty() || first == QLatin1String("help") || first == QLatin1String("--help") || first == QLatin1String("-h"))
        return Parsed{{}, overview()};
    if (first == QLatin1String("--version") || first == QLatin1String("-v"))
        return Parsed{{}, QStringLiteral("nimbookctl " NIMBOOK_VERSION "\n")};
    const auto &forms = verbForms();
    const auto form = std::find_if(forms.cbegin(), forms.cend(), [&first](const VerbForm &one) { return first == QLatin1String(one.name); });
    if (form == forms.cend())
        return wrong(ArgumentsText::tr("There is no verb “%1”.").arg(first));

    QCommandLineParser parser;
    parser.setApplicationDescription(form->summary ? ArgumentsText::tr(form->summary) : QString());
    const QStringList names = form->options + commonOptions();
    for (const QString &name : names)
        parser.addOption(optionNamed(name));
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")}, ArgumentsText::tr("This text."));
    parser.addOption(help);
    if (form->operands == Operands::Command)
        parser.addPositionalArgument(QStringLiteral("command"), ArgumentsText::tr("After “--”."), QStringLiteral("[-- command …]"));
    if (!parser.parse(words)) // the verb stands where a program's name would
        return wrong(parser.errorText(), first);
    if (parser.isSet(help)) {
        QString text = parser.helpText();
        const QString program = QCoreApplication::arguments().constFirst();
        return Parsed{{}, text.replace(text.indexOf(program), program.size(), QStringLiteral("nimbookctl ") + first)};
    }

    Parsed parsed;
    parsed.arguments.verb = first;
    parsed.arguments.rest = parser.positionalArguments();
    if (form->operands == Operands::None && !parsed.arguments.rest.isEmpty())
        return wrong(ArgumentsText::tr("%1 takes no “%2”.").arg(first, parsed.arguments.rest.constFirst()), first);
    for (const QString &name : names) {
        if (!parser.isSet(name))
            continue;
        const bool takesValue = !optionNamed(name).valueName().isEmpty(); // Qt 6.8 says a word on the standard error when a flag is asked
        parsed.arguments.options.insert(name, takesValue ? parser.values(name) : QStringList{QString()});
    }
    if (form->options.contains(QStringLiteral("instance-name")) && parsed.arguments.value(QStringLiteral("instance-name")).isEmpty())
        return wrong(ArgumentsText::tr("%1 needs --instance-name.").arg(first), first);
    return parsed;
}

} // namespace nimbook::cli
