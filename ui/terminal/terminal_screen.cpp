// SPDX-License-Identifier: Apache-2.0
#include "ui/terminal/terminal_screen.h"

#include <QKeyEvent>

#include <vterm.h>

namespace nimbook::ui {

static constexpr std::size_t keptHistory = 10'000; // lines

/// libvterm's side, so that its names stay in this file.
class TerminalScreen::Engine {
public:
    explicit Engine(TerminalScreen &owner) : q(owner), term(vterm_new(24, 80))
    {
        vterm_set_utf8(term.get(), 1);
        vterm_output_set_callback(term.get(), &Engine::onOutput, this);
        view = vterm_obtain_screen(term.get());
        callbacks.damage = [](VTermRect, void *) { return 1; };
        callbacks.movecursor = [](VTermPos position, VTermPos, int, void *self) {
            auto &screen = static_cast<Engine *>(self)->q;
            screen.m_cursorRow = position.row;
            screen.m_cursorColumn = position.col;
            return 1;
        };
        callbacks.settermprop = [](VTermProp property, VTermValue *value, void *self) {
            if (property == VTERM_PROP_CURSORVISIBLE)
                static_cast<Engine *>(self)->q.m_cursorVisible = value->boolean;
            return 1;
        };
        callbacks.sb_pushline = [](int columns, const VTermScreenCell *cells, void *self) {
            static_cast<Engine *>(self)->pushLine(columns, cells);
            return 1;
        };
        vterm_screen_set_callbacks(view, &callbacks, this);
        vterm_screen_enable_altscreen(view, 1);
        vterm_screen_set_damage_merge(view, VTERM_DAMAGE_SCROLL);
        vterm_screen_reset(view, 1);
    }

    TerminalCell cellOf(VTermScreenCell cell) const
    {
        TerminalCell made;
        // The second half of a wide character has -1 for a text.
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] && cell.chars[i] != uint32_t(-1); ++i)
            made.text += QString::fromUcs4(reinterpret_cast<const char32_t *>(&cell.chars[i]), 1);
        made.width = cell.width == 2 ? 2 : 1;
        made.bold = cell.attrs.bold;
        made.italic = cell.attrs.italic;
        made.underline = cell.attrs.underline;
        made.reverse = cell.attrs.reverse;
        if (!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg))
            made.foreground = color(cell.fg);
        if (!VTERM_COLOR_IS_DEFAULT_BG(&cell.bg))
            made.background = color(cell.bg);
        return made;
    }

    TerminalScreen &q;
    struct Free {
        void operator()(VTerm *handle) const { vterm_free(handle); }
    };
    std::unique_ptr<VTerm, Free> term;
    VTermScreen *view = nullptr;
    VTermScreenCallbacks callbacks{}; // looked at for as long as the terminal lives

private:
    static void onOutput(const char *bytes, size_t length, void *self)
    {
        Q_EMIT static_cast<Engine *>(self)->q.output(QByteArray(bytes, qsizetype(length)));
    }
    void pushLine(int columns, const VTermScreenCell *cells)
    {
        TerminalLine line;
        line.reserve(columns);
        for (int column = 0; column < columns; ++column)
            line.append(cellOf(cells[column]));
        while (!line.isEmpty() && line.last().text.isEmpty() && !line.last().background.isValid())
            line.removeLast(); // most lines are short, and ten thousand of them are kept
        q.m_history.push_back(std::move(line));
        if (q.m_history.size() > keptHistory)
            q.m_history.pop_front();
    }
    QColor color(VTermColor which) const
    {
        vterm_screen_convert_color_to_rgb(view, &which);
        return {which.rgb.red, which.rgb.green, which.rgb.blue};
    }
};

TerminalScreen::TerminalScreen(QObject *parent) : QObject(parent), m_engine(std::make_unique<Engine>(*this)) {}
TerminalScreen::~TerminalScreen() = default;

void TerminalScreen::feed(const QByteArray &bytes)
{
    vterm_input_write(m_engine->term.get(), bytes.constData(), size_t(bytes.size()));
    vterm_screen_flush_damage(m_engine->view);
    Q_EMIT changed();
}

void TerminalScreen::resize(int columns, int rows)
{
    if (columns < 1 || rows < 1 || (columns == this->columns() && rows == this->rows()))
        return;
    vterm_set_size(m_engine->term.get(), rows, columns);
    vterm_screen_flush_damage(m_engine->view);
    Q_EMIT changed();
}

void TerminalScreen::reset()
{
    m_history.clear();
    m_cursorVisible = true;
    vterm_screen_reset(m_engine->view, 1);
    Q_EMIT changed();
}

int TerminalScreen::columns() const
{
    int rows = 0, columns = 0;
    vterm_get_size(m_engine->term.get(), &rows, &columns);
    return columns;
}

int TerminalScreen::rows() const
{
    int rows = 0, columns = 0;
    vterm_get_size(m_engine->term.get(), &rows, &columns);
    return rows;
}

TerminalLine TerminalScreen::line(int line) const
{
    if (line < historySize())
        return m_history[std::size_t(line)];
    TerminalLine made;
    for (int column = 0; column < columns(); ++column) {
        VTermScreenCell cell;
        if (vterm_screen_get_cell(m_engine->view, {line - historySize(), column}, &cell))
            made.append(m_engine->cellOf(cell));
    }
    return made;
}

QString TerminalScreen::text(int line) const
{
    QString text;
    int covered = 0;
    for (const TerminalCell &cell : this->line(line)) {
        if (covered > 0)
            --covered;
        else
            text += cell.text.isEmpty() ? QStringLiteral(" ") : cell.text;
        if (cell.width == 2)
            covered = 1;
    }
    while (text.endsWith(QLatin1Char(' ')))
        text.chop(1);
    return text;
}

static VTermKey terminalKeyOf(int key)
{
    switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter: return VTERM_KEY_ENTER;
    case Qt::Key_Tab:
    case Qt::Key_Backtab: return VTERM_KEY_TAB;
    case Qt::Key_Backspace: return VTERM_KEY_BACKSPACE;
    case Qt::Key_Escape: return VTERM_KEY_ESCAPE;
    case Qt::Key_Up: return VTERM_KEY_UP;
    case Qt::Key_Down: return VTERM_KEY_DOWN;
    case Qt::Key_Left: return VTERM_KEY_LEFT;
    case Qt::Key_Right: return VTERM_KEY_RIGHT;
    case Qt::Key_Insert: return VTERM_KEY_INS;
    case Qt::Key_Delete: return VTERM_KEY_DEL;
    case Qt::Key_Home: return VTERM_KEY_HOME;
    case Qt::Key_End: return VTERM_KEY_END;
    case Qt::Key_PageUp: return VTERM_KEY_PAGEUP;
    case Qt::Key_PageDown: return VTERM_KEY_PAGEDOWN;
    default: break;
    }
    if (key >= Qt::Key_F1 && key <= Qt::Key_F12)
        return VTermKey(VTERM_KEY_FUNCTION(key - Qt::Key_F1 + 1));
    return VTERM_KEY_NONE;
}

bool TerminalScreen::pressKey(const QKeyEvent &event)
{
    int modifiers = VTERM_MOD_NONE;
    if (event.modifiers() & Qt::ShiftModifier)
        modifiers |= VTERM_MOD_SHIFT;
    if (event.modifiers() & Qt::AltModifier)
        modifiers |= VTERM_MOD_ALT;
    if (event.modifiers() & Qt::ControlModifier)
        modifiers |= VTERM_MOD_CTRL;
    if (const VTermKey key = terminalKeyOf(event.key())) {
        vterm_keyboard_key(m_engine->term.get(), key, VTermModifier(modifiers));
        return true;
    }
    if ((modifiers & VTERM_MOD_CTRL) && event.key() >= Qt::Key_Space && event.key() <= Qt::Key_AsciiTilde) {
        const int letter = event.key() >= Qt::Key_A && event.key() <= Qt::Key_Z ? event.key() + 32 : event.key();
        vterm_keyboard_unichar(m_engine->term.get(), uint32_t(letter), VTermModifier(modifiers & ~VTERM_MOD_SHIFT));
        return true;
    }
    const QList<uint> characters = event.text().toUcs4();
    for (const uint character : characters)
        vterm_keyboard_unichar(m_engine->term.get(), character, VTermModifier(modifiers & VTERM_MOD_ALT));
    return !characters.isEmpty();
}

void TerminalScreen::paste(const QString &text)
{
    vterm_keyboard_start_paste(m_engine->term.get());
    // What comes from elsewhere must not end the bracket, nor steer the terminal.
    QString clean;
    for (const QChar c : text) {
        if (c == QLatin1Char('\n') || c == QLatin1Char('\t') || c.unicode() >= 0x20)
            clean.append(c == QLatin1Char('\n') ? QLatin1Char('\r') : c);
    }
    Q_EMIT output(clean.toUtf8());
    vterm_keyboard_end_paste(m_engine->term.get());
}

} // namespace nimbook::ui
