/// Lua: regular expressions. Lua has patterns only, so an expression comes parsed and becomes matchers that call each other and go back.
///
/// An alternative is a list of parts, each one of: text; `{"s", set}` one byte of a set; `{"r", set, least, most, isLazy}` several;
/// `{"g", number or false, alternatives}` a group; `{"q", least, most, isLazy, alternatives}` a repeated one; `{"^"}`, `{"$"}`;
/// `{"b", isEdge}`; `{"=", isThere, alternatives}` what follows; `{"\\", number}` what a group found. `most` is -1 for no end.
/// Work is counted: a match that goes back too often is a failure, not a proxy that stands still.
let libraryExpressions = #"""
    local subject, work, starts, from, to = "", 0, {}, {}, {}

    local function spend(n)
      work = work - n
      if work < 0 then fail("a regular expression takes too long") end
    end

    local build

    local function choice(alternatives, following)
      local all = {}
      for i, parts in ipairs(alternatives) do all[i] = build(parts, following) end
      if #all == 1 then return all[1] end
      return function(i)
        for n = 1, #all do
          spend(1)
          local e = all[n](i)
          if e then return e end
        end
      end
    end

    local function several(set, least, most, isLazy, following)
      local many, one = "^" .. set .. "*", "^" .. set
      if isLazy then
        return function(i)
          local n = 0
          while true do
            spend(1)
            if n >= least then
              local e = following(i)
              if e then return e end
            end
            if n == most or not find(subject, one, i) then return nil end
            n, i = n + 1, i + 1
          end
        end
      end
      return function(i)
        local _, stop = find(subject, many, i)
        stop = stop + 1
        if most >= 0 and stop > i + most then stop = i + most end
        spend(stop - i)
        for j = stop, i + least, -1 do
          spend(1)
          local e = following(j)
          if e then return e end
        end
      end
    end

    local function repeated(least, most, isLazy, alternatives, following)
      local last = following
      if most < 0 then
        local at = 0
        local body = choice(alternatives, function(j)
          if j == at then return nil end
          return last(j)
        end)
        last = function(i)
          spend(1)
          if isLazy then
            local e = following(i)
            if e then return e end
          end
          local before = at
          at = i
          local e = body(i)
          at = before
          if e or isLazy then return e end
          return following(i)
        end
      else
        for _ = least + 1, most do
          local body = choice(alternatives, last)
          last = function(i)
            spend(1)
            if isLazy then return following(i) or body(i) end
            return body(i) or following(i)
          end
        end
      end
      local first = last
      for _ = 1, least do first = choice(alternatives, first) end
      return first
    end

    local function group(n, alternatives, following)
      if not n then return choice(alternatives, following) end
      local body = choice(alternatives, function(j)
        local oldFrom, oldTo = from[n], to[n]
        from[n], to[n] = starts[n], j
        local e = following(j)
        if not e then from[n], to[n] = oldFrom, oldTo end
        return e
      end)
      return function(i)
        local before = starts[n]
        starts[n] = i
        local e = body(i)
        if not e then starts[n] = before end
        return e
      end
    end

    local function isWord(i) return find(subject, "^[%w_]", i) ~= nil end

    local makers = {
      s = function(part, following)
        local one = "^" .. part[2]
        return function(i) if find(subject, one, i) then return following(i + 1) end end
      end,
      r = function(part, following) return several(part[2], part[3], part[4], part[5], following) end,
      g = function(part, following) return group(part[2], part[3], following) end,
      q = function(part, following) return repeated(part[2], part[3], part[4], part[5], following) end,
      ["^"] = function(_, following) return function(i) if i == 1 then return following(i) end end end,
      ["$"] = function(_, following) return function(i) if i == #subject + 1 then return following(i) end end end,
      b = function(part, following)
        return function(i)
          if ((i > 1 and isWord(i - 1)) ~= isWord(i)) == part[2] then return following(i) end
        end
      end,
      ["="] = function(part, following)
        local ahead = choice(part[3], function(i) return i end)
        return function(i) if (ahead(i) ~= nil) == part[2] then return following(i) end end
      end,
      ["\\"] = function(part, following)
        local n = part[2]
        return function(i)
          local word = from[n] and sub(subject, from[n], to[n] - 1) or ""
          if sub(subject, i, i + #word - 1) == word then return following(i + #word) end
        end
      end,
    }

    function build(parts, following)
      for n = #parts, 1, -1 do
        local part, after = parts[n], following
        if type(part) == "string" then
          local size = #part
          following = function(i) if sub(subject, i, i + size - 1) == part then return after(i + size) end end
        else
          following = makers[part[1]](part, after)
        end
      end
      return following
    end

    local function prepare(s)
      subject, work, starts, from, to = s, 500000 + 4 * #s, {}, {}, {}
    end

    -- What a group has of a text that matches as a whole; nil when the text does not match.
    function R.regex(alternatives)
      local start = choice(alternatives, function(i) if i == #subject + 1 then return i end end)
      return function(s, n)
        prepare(s)
        if not start(1) then return nil end
        if n == 0 then return s end
        return from[n] and sub(s, from[n], to[n] - 1) or ""
      end
    end

    """#
