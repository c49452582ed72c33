/// Lua: values as JSON knows them, read and written as nlohmann's JSON library in Gloo's Envoy does it (keys sorted, no blanks).
///
/// Text, whole numbers and booleans are Lua's own. Lists and maps are tables with the metatables `Array` and `Object`. A number with
/// a fraction, or with more digits than a double keeps, is `{v = its value, text = its digits or nil}` with `Number`, so that 1.0 stays 1.0
/// and a long id stays what it is.
let libraryValues = #"""
    local find, sub, byte, char, format, gsub = string.find, string.sub, string.byte, string.char, string.format, string.gsub
    local floor, concat, sort = math.floor, table.concat, table.sort
    local R = {}
    local Array, Object, Number = {}, {}, {}
    local null = setmetatable({}, {})
    local limit = 16 * 1024 * 1024

    local function fail(...) error({message = format(...)}, 0) end
    local function array(t) return setmetatable(t, Array) end
    local function object(t) return setmetatable(t, Object) end

    local function kind(v)
      local t = type(v)
      if t == "number" then return "integer" end
      if t ~= "table" then return t end
      local m = getmetatable(v)
      if m == Array then return "list" end
      if m == Object then return "map" end
      if m == Number then return v.text and "integer" or "number" end
      return "null"
    end

    local function utf8(c)
      if c < 0x80 then return char(c) end
      if c < 0x800 then return char(0xc0 + floor(c / 64), 0x80 + c % 64) end
      if c < 0x10000 then return char(0xe0 + floor(c / 4096), 0x80 + floor(c / 64) % 64, 0x80 + c % 64) end
      return char(0xf0 + floor(c / 262144), 0x80 + floor(c / 4096) % 64, 0x80 + floor(c / 64) % 64, 0x80 + c % 64)
    end

    local escapes = {['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t"}

    local function read(text)
      local at, depth = 1, 0
      local value
      local function bad(what) fail("the body is not JSON: %s at byte %d", what, at) end
      local function space() at = find(text, "[^ \t\r\n]", at) or #text + 1 end

      local function unit()
        local digits = string.match(text, "^\\u(%x%x%x%x)", at) or bad("a wrong escape")
        at = at + 6
        return tonumber(digits, 16)
      end

      local function quoted()
        local parts, from = {}, at + 1
        at = from
        while true do
          local stop = find(text, '[%c"\\]', at) or bad("a string without an end")
          local c = byte(text, stop)
          at = stop
          if c == 34 then
            at = stop + 1
            parts[#parts + 1] = sub(text, from, stop - 1)
            return concat(parts)
          elseif c == 92 then
            parts[#parts + 1] = sub(text, from, stop - 1)
            local plain = escapes[sub(text, stop + 1, stop + 1)]
            if plain then
              at = stop + 2
            else
              local c = unit()
              if c >= 0xd800 and c < 0xdc00 then
                local low = unit()
                if low < 0xdc00 or low > 0xdfff then bad("half a character") end
                c = 0x10000 + (c - 0xd800) * 1024 + low - 0xdc00
              elseif c >= 0xdc00 and c < 0xe000 then
                bad("half a character")
              end
              plain = utf8(c)
            end
            parts[#parts + 1] = plain
            from = at
          elseif c == 127 then
            at = stop + 1
          else
            bad("a control character in a string")
          end
        end
      end

      local function number()
        local _, stop = find(text, "^-?%d+", at)
        if not stop or find(text, "^-?0%d", at) then bad("something else than a value") end
        local _, fraction = find(text, "^%.%d+", stop + 1)
        local _, power = find(text, "^[eE][+-]?%d+", (fraction or stop) + 1)
        local word = sub(text, at, power or fraction or stop)
        local v = tonumber(word)
        if v == 1 / 0 or v == -1 / 0 then bad("a number that is too large") end
        at = at + #word
        if fraction or power or #word > 20 then return setmetatable({v = v}, Number) end
        if #word > 15 then return setmetatable({v = v, text = word}, Number) end
        return v == 0 and 0 or v
      end

      local words = {["true"] = true, ["false"] = false, null = null}

      function value()
        space()
        local c = byte(text, at)
        if c == 34 then return quoted() end
        if c == 123 or c == 91 then
          depth = depth + 1
          if depth > 500 then bad("too many levels") end
          local isMap, t, n = c == 123, {}, 0
          local close = isMap and 125 or 93
          at = at + 1
          space()
          if byte(text, at) == close then
            at = at + 1
          else
            while true do
              local key
              if isMap then
                space()
                if byte(text, at) ~= 34 then bad("something else than a key") end
                key = quoted()
                space()
                if byte(text, at) ~= 58 then bad("something else than ':'") end
                at = at + 1
              else
                n = n + 1
                key = n
              end
              t[key] = value()
              space()
              local c = byte(text, at)
              at = at + 1
              if c == close then break end
              if c ~= 44 then
                at = at - 1
                bad("something else than ','")
              end
            end
          end
          depth = depth - 1
          return setmetatable(t, isMap and Object or Array)
        end
        local word = string.match(text, "^%l+", at)
        if word then
          local v = words[word]
          if v == nil then bad("something else than a value") end
          at = at + #word
          return v
        end
        return number()
      end

      local v = value()
      space()
      if at <= #text then bad("something after the value") end
      return v
    end

    local short = {['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\127"] = "\127"}
    local function escaped(c) return short[c] or format("\\u%04x", byte(c)) end
    local function quote(s) return '"' .. gsub(s, '[%c"\\]', escaped) .. '"' end

    -- The fewest digits that are read as the same number.
    local function fraction(v)
      if v == 0 then return 1 / v < 0 and "-0.0" or "0.0" end
      local word
      for precision = 14, 16 do
        word = format("%." .. precision .. "e", v)
        if tonumber(word) == v then break end
      end
      local sign, first, rest, power = string.match(word, "^(-?)(%d)%.?(%d*)e([+-]%d+)$")
      if not sign then fail("a result is not a number") end
      local digits = gsub(first .. rest, "0+$", "")
      local n = tonumber(power) + 1
      if #digits <= n and n <= 15 then return sign .. digits .. string.rep("0", n - #digits) .. ".0" end
      if n > 0 and n <= 15 then return sign .. sub(digits, 1, n) .. "." .. sub(digits, n + 1) end
      if n > -4 and n <= 0 then return sign .. "0." .. string.rep("0", -n) .. digits end
      return sign .. sub(digits, 1, 1) .. (#digits > 1 and "." .. sub(digits, 2) or "") .. format("e%s%02d", n < 1 and "-" or "+", math.abs(n - 1))
    end

    local function keys(t)
      local all = {}
      for key in pairs(t) do all[#all + 1] = key end
      sort(all)
      return all
    end

    local function write(v)
      local out, n, size = {}, 0, 0
      local function put(s)
        n, size = n + 1, size + #s
        if size > limit then fail("the result is larger than %d bytes", limit) end
        out[n] = s
      end
      local function each(v)
        local k = kind(v)
        if k == "string" then put(quote(v))
        elseif k == "integer" then put(type(v) == "table" and v.text or format("%.0f", v))
        elseif k == "number" then put(fraction(v.v))
        elseif k == "boolean" then put(v and "true" or "false")
        elseif k == "list" then
          put("[")
          for i = 1, #v do
            if i > 1 then put(",") end
            each(v[i])
          end
          put("]")
        elseif k == "map" then
          put("{")
          for i, key in ipairs(keys(v)) do
            put((i > 1 and "," or "") .. quote(key) .. ":")
            each(v[key])
          end
          put("}")
        else put("null") end
      end
      each(v)
      return concat(out)
    end

    local function show(v)
      if type(v) == "string" then return v end
      return write(v)
    end

    """#
