/// Lua: what must not be seen in a body is found and masked.
///
/// A mask is `{expression, group, sign, percent, name, isShadow}`; in the shadow it is only logged.
let libraryMasks = #"""
    -- `beginning` is the set of bytes with which a match can begin; `isWord`: only at the beginning of a word.
    function R.search(alternatives, beginning, isWord)
      local start = choice(alternatives, function(i) return i end)
      return function(s, group, visit)
        prepare(s)
        work = 5000000 + 20 * #s
        local i = 1
        while true do
          local at = find(s, beginning, i)
          if not at then return end
          local e
          if isWord and at > 1 and find(s, "^[%w_]", at - 1) then
            at = (find(s, "[^%w_]", at) or #s + 1) - 1
          else
            spend(1)
            e = start(at)
          end
          if e and e > at then
            local first, last = at, e - 1
            if group > 0 then first, last = from[group], to[group] and to[group] - 1 end
            if first and last >= first then visit(first, last) end
            i = e
          else
            i = at + 1
          end
          if e then starts, from, to = {}, {}, {} end
        end
      end
    end

    -- From the left; signs between letters and digits stay, so that one sees what it was.
    local function masked(word, sign, percent)
      local n = floor(#word * percent / 100 + 0.5)
      -- Never half a character.
      while find(word, "^[\128-\191]", n + 1) do n = n + 1 end
      local hidden = gsub(sub(word, 1, n), "[%w\194-\244][\128-\191]*", function() return sign end)
      return hidden .. sub(word, n + 1)
    end

    function R.masked(h, body, masks)
      for _, m in ipairs(masks) do
        local parts, from, count = {}, 1, 0
        m[1](body, m[2], function(first, last)
          count = count + 1
          parts[#parts + 1] = sub(body, from, first - 1)
          parts[#parts + 1] = masked(sub(body, first, last), m[3], m[4])
          from = last + 1
        end)
        if m[6] then
          if count > 0 then h:logWarn(format("dlp: '%s' would mask %d places", m[5], count)) end
        elseif count > 0 then
          parts[#parts + 1] = sub(body, from)
          body = concat(parts)
        end
      end
      return body
    end

    """#
