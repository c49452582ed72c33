/// Lua: what the expressions and statements of templates become. `c` is one transformation of one message: `data` (the body and the
/// extractors), `vars` (loops and `set`), `hs` and `rq` (its headers, the request's), `body`, `found` (extractors), `h` (Envoy's handle).
let libraryTemplates = #"""
    R.null, R.concat = null, concat

    local function step(v, key)
      local m = getmetatable(v)
      if m == Object then return rawget(v, key) end
      if m == Array and find(key, "^%d+$") then return v[tonumber(key) + 1] end
    end

    local function look(v, ...)
      for i = 1, select("#", ...) do
        v = step(v, (select(i, ...)))
        if v == nil then return nil end
      end
      return v
    end

    function R.opt(c, ...)
      local v = look(c.vars, ...)
      if v == nil then v = look(c.data, ...) end
      return v
    end

    function R.var(c, ...)
      local v = R.opt(c, ...)
      if v == nil then fail("variable '%s' not found", concat({...}, ".")) end
      return v
    end

    function R.exists(c, path)
      local v = c.data
      for key in string.gmatch(path, "[^./]+") do v = step(v, key) end
      return v ~= nil
    end

    function R.put(o, v)
      local s = show(v)
      o.size = o.size + #s
      if o.size > limit then fail("the result is larger than %d bytes", limit) end
      o[#o + 1] = s
    end

    local function round(c, loop)
      c.rounds = c.rounds + 1
      if c.rounds > 100000 then fail("more than 100000 rounds of loops") end
      c.vars.loop = object(loop)
    end

    local function loop(c, names, count, body)
      local vars, old = c.vars, {}
      local outer = vars.loop
      for i, name in ipairs(names) do old[i] = vars[name] end
      for i = 1, count do
        round(c, {index = i - 1, index1 = i, is_first = i == 1, is_last = i == count, parent = outer})
        body(i)
      end
      vars.loop = outer
      for i, name in ipairs(names) do vars[name] = old[i] end
    end

    function R.each(c, list, name, body)
      if kind(list) ~= "list" then fail("'for %s in' needs a list, and there is a %s", name, kind(list)) end
      loop(c, {name}, #list, function(i)
        c.vars[name] = list[i]
        body()
      end)
    end

    function R.pairs(c, map, key, name, body)
      if kind(map) ~= "map" then fail("'for %s, %s in' needs a map, and there is a %s", key, name, kind(map)) end
      local all = keys(map)
      loop(c, {key, name}, #all, function(i)
        c.vars[key], c.vars[name] = all[i], map[all[i]]
        body()
      end)
    end

    local function number(v)
      if type(v) == "number" then return v, true end
      if getmetatable(v) == Number then return v.v, v.text ~= nil end
      fail("a number is needed, and there is a %s", kind(v))
    end

    local function made(v, isWhole)
      if v ~= v or v == 1 / 0 or v == -1 / 0 then fail("a result is not a number") end
      if isWhole and v == floor(v) and v < 9007199254740992 and v > -9007199254740992 then return v end
      return setmetatable({v = v}, Number)
    end

    local function text(v)
      if type(v) ~= "string" then fail("text is needed, and there is a %s", kind(v)) end
      return v
    end

    local function list(v)
      if kind(v) ~= "list" then fail("a list is needed, and there is a %s", kind(v)) end
      return v
    end

    function R.truth(v)
      local k = kind(v)
      if k == "boolean" then return v end
      if k == "string" then return v ~= "" end
      if k == "integer" or k == "number" then return number(v) ~= 0 end
      return k ~= "null" and next(v) ~= nil
    end

    local order = {null = 0, boolean = 1, integer = 2, number = 2, map = 3, list = 4, string = 5}

    -- -1, 0 or 1; maps and lists by their text.
    local function compare(a, b)
      local ka, kb = order[kind(a)], order[kind(b)]
      if ka ~= kb then return ka < kb and -1 or 1 end
      if ka == 0 then return 0 end
      if ka == 2 then
        if type(a) == "table" and type(b) == "table" and a.text and a.text == b.text then return 0 end
        a, b = number(a), number(b)
      elseif ka == 1 then
        a, b = a and 1 or 0, b and 1 or 0
      elseif ka ~= 5 then
        a, b = write(a), write(b)
      end
      return a < b and -1 or a == b and 0 or 1
    end

    function R.eq(a, b) return compare(a, b) == 0 end
    function R.lt(a, b) return compare(a, b) < 0 end
    function R.le(a, b) return compare(a, b) <= 0 end

    function R.contains(v, all)
      if kind(all) ~= "list" and kind(all) ~= "map" then fail("'in' needs a list, and there is a %s", kind(all)) end
      for _, one in pairs(all) do
        if compare(v, one) == 0 then return true end
      end
      return false
    end

    function R.add(a, b)
      if type(a) == "string" and type(b) == "string" then
        if #a + #b > limit then fail("the result is larger than %d bytes", limit) end
        return a .. b
      end
      local x, wx = number(a)
      local y, wy = number(b)
      return made(x + y, wx and wy)
    end

    function R.sub(a, b)
      local x, wx = number(a)
      local y, wy = number(b)
      return made(x - y, wx and wy)
    end

    function R.mul(a, b)
      local x, wx = number(a)
      local y, wy = number(b)
      return made(x * y, wx and wy)
    end

    function R.div(a, b)
      if number(b) == 0 then fail("division by zero") end
      return made(number(a) / number(b), false)
    end

    function R.mod(a, b)
      if number(b) == 0 then fail("division by zero") end
      return made(math.fmod(number(a), number(b)), true)
    end

    function R.pow(a, b)
      local x, wx = number(a)
      local y, wy = number(b)
      return made(x ^ y, wx and wy and y >= 0)
    end

    function R.float(v) return setmetatable({v = v}, Number) end
    function R.list(...) return array({...}) end

    function R.map(...)
      local t, all = {}, {...}
      for i = 1, #all, 2 do t[all[i]] = all[i + 1] end
      return object(t)
    end

    -- Functions of templates.
    function R.default(v, otherwise)
      if v == nil then return otherwise end
      return v
    end

    function R.at(v, key)
      local k, found = kind(v), nil
      if k == "map" then found = rawget(v, text(key))
      elseif k == "list" then found = v[number(key) + 1]
      else fail("'at' needs a list or a map, and there is a %s", k) end
      if found == nil then fail("'at' finds nothing at '%s'", show(key)) end
      return found
    end

    function R.existsIn(v, key) return kind(v) == "map" and rawget(v, text(key)) ~= nil end
    function R.upper(v) return string.upper(text(v)) end
    function R.lower(v) return string.lower(text(v)) end
    function R.capitalize(v) return string.upper(sub(text(v), 1, 1)) .. string.lower(sub(v, 2)) end

    function R.length(v)
      local k = kind(v)
      if k == "string" or k == "list" then return #v end
      if k == "map" then return #keys(v) end
      fail("'length' needs text, a list or a map, and there is a %s", k)
    end

    function R.first(v) return list(v)[1] == nil and fail("'first' of an empty list") or v[1] end
    function R.last(v) return list(v)[1] == nil and fail("'last' of an empty list") or v[#v] end

    local function sorted(v)
      local all = {}
      for i, one in ipairs(list(v)) do all[i] = one end
      sort(all, R.lt)
      return array(all)
    end
    R.sort = sorted

    function R.max(v) return R.last(sorted(v)) end
    function R.min(v) return R.first(sorted(v)) end

    function R.join(v, between)
      local o = {size = 0}
      for i, one in ipairs(list(v)) do
        if i > 1 then R.put(o, text(between)) end
        R.put(o, one)
      end
      return concat(o)
    end

    function R.range(n)
      n = number(n)
      if n > 100000 then fail("'range' of more than 100000") end
      local t = {}
      for i = 1, n do t[i] = i - 1 end
      return array(t)
    end

    function R.round(v, places)
      local power = 10 ^ number(places)
      local x = number(v) * power
      x = (x < 0 and math.ceil(x - 0.5) or floor(x + 0.5)) / power
      return made(x, number(places) <= 0)
    end

    local function parsed(v)
      if type(v) ~= "string" then return (number(v)) end
      return tonumber(string.match(v, "^%s*[+-]?%d+%.?%d*[eE]?[+-]?%d*") or string.match(v, "^%s*[+-]?%.%d+") or "")
        or fail("'%s' is no number", v)
    end

    function R.int(v)
      local x = parsed(v)
      return made(x < 0 and math.ceil(x) or floor(x), true)
    end

    function R.toFloat(v) return made(parsed(v), false) end
    function R.even(v) return number(v) % 2 == 0 end
    function R.odd(v) return number(v) % 2 ~= 0 end

    function R.divisibleBy(a, b) return number(b) ~= 0 and number(a) % number(b) == 0 end

    function R.is(v, what)
      local k = kind(v)
      return k == what or what == "any number" and (k == "integer" or k == "number")
    end

    function R.replace(v, old, new)
      if text(old) == "" then return text(v) end
      local o, from = {size = 0}, 1
      while true do
        local start, stop = find(text(v), old, from, true)
        if not start then break end
        R.put(o, sub(v, from, start - 1))
        R.put(o, text(new))
        from = stop + 1
      end
      R.put(o, sub(v, from))
      return concat(o)
    end

    -- Out of range is empty, and a length of zero or less is the rest.
    function R.substring(v, start, length)
      text(v)
      if type(start) ~= "number" or (length ~= nil and type(length) ~= "number") or start < 0 or start >= #v then return "" end
      if length == nil or length <= 0 or start + length > #v then return sub(v, start + 1) end
      return sub(v, start + 1, start + length)
    end

    function R.header(c, name) return c.hs:getAtIndex(text(name), 0) or "" end
    function R.requestHeader(c, name) return c.rq:getAtIndex(text(name), 0) or "" end
    function R.extraction(c, name) return c.found[text(name)] or "" end
    function R.body(c) return c.body end
    function R.context(c) return c.data end
    function R.env(name) return os.getenv(text(name)) or "" end
    function R.encode(c, v) return c.h:base64Escape(text(v)) end
    function R.decode(c, v) return c.h:base64Decode(text(v)) or "" end

    local function fromEnvoy(v)
      if type(v) ~= "table" then
        if type(v) == "number" then return made(v, true) end
        return v == nil and null or v
      end
      local isList, t = #v > 0, {}
      for key, one in pairs(v) do t[isList and key or tostring(key)] = fromEnvoy(one) end
      return setmetatable(t, isList and Array or Object)
    end

    function R.dynamicMetadata(c, key, namespace)
      local all = c.h:streamInfo():dynamicMetadata():get(text(namespace or "io.solo.transformation"))
      if all == nil or all[text(key)] == nil then return "" end
      return fromEnvoy(all[key])
    end

    """#
