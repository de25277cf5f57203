// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

#include <memory>
#include <vector>

namespace nimbook::ssh {

/// Memory for bytes on their way, lent while there are some. A thousand idle connections hold none; one that flows gets the block
/// that is still in the processor's cache.
class BlockPool {
public:
    using Block = std::unique_ptr<char[]>;
    /// Eight of the packets that sshd takes, filled to what libssh puts into one: no short ninth one, and few system calls.
    static constexpr qint64 blockSize = 8 * (32 * 1024 - 10);

    Block take()
    {
        if (m_spare.empty())
            return Block(new char[blockSize]);
        Block block = std::move(m_spare.back());
        m_spare.pop_back();
        return block;
    }

    void giveBack(Block block)
    {
        if (block && m_spare.size() < maxSpare)
            m_spare.push_back(std::move(block));
    }

private:
    static constexpr std::size_t maxSpare = 4; // 1 MiB; all of one turn use the same one
    std::vector<Block> m_spare;
};

} // namespace nimbook::ssh
