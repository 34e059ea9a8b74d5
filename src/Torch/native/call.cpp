// Operators: any aten:: operator by name, through the dispatcher's boxed calls. The schema supplies what the caller left out and says
// how the values that were given are to be read.
#include "shim.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/stack.h>

#include <sstream>
#include <vector>

namespace {

// What an argument's schema type asks of the value given for it.
enum class Wanted { AsGiven, Tensor, Int, Double, Bool, IntList, DoubleList, ScalarList, OptionalTensorList };

struct Parameter {
    Wanted wanted = Wanted::AsGiven;
    bool optional = false;
    bool has_default = false;
};

struct Operator {
    c10::OperatorHandle handle;
    const c10::FunctionSchema& schema;
    std::vector<Parameter> parameters;

    explicit Operator(const c10::OperatorHandle& found) : handle(found), schema(handle.schema()) {
        for (const c10::Argument& argument : schema.arguments()) {
            parameters.push_back(read(argument));
        }
    }

    static Parameter read(const c10::Argument& argument) {
        Parameter parameter;
        parameter.has_default = argument.default_value().has_value();
        c10::TypePtr type = argument.type();
        if (auto optional = type->cast<c10::OptionalType>()) {
            parameter.optional = true;
            type = optional->getElementType();
        }
        parameter.wanted = wanted(*type);
        return parameter;
    }

    static Wanted wanted(const c10::Type& type) {
        switch (type.kind()) {
            case c10::TypeKind::TensorType: return Wanted::Tensor;
            case c10::TypeKind::IntType: return Wanted::Int;
            case c10::TypeKind::FloatType: return Wanted::Double;
            case c10::TypeKind::BoolType: return Wanted::Bool;
            case c10::TypeKind::ListType: break;
            default: return Wanted::AsGiven;
        }
        switch (type.expectRef<c10::ListType>().getElementType()->kind()) {
            case c10::TypeKind::IntType: return Wanted::IntList;
            case c10::TypeKind::FloatType: return Wanted::DoubleList;
            case c10::TypeKind::NumberType: return Wanted::ScalarList;
            case c10::TypeKind::OptionalType: return Wanted::OptionalTensorList;
            default: return Wanted::AsGiven;
        }
    }
};

template <class T, class Source>
c10::List<T> list_of(const Value& value) {
    const Source* items = static_cast<const Source*>(value.p);
    c10::List<T> list;
    list.reserve(value.count);
    for (int32_t i = 0; i < value.count; i++) {
        list.push_back(static_cast<T>(items[i]));
    }
    return list;
}

template <class T>
c10::List<T> tensors_of(const Value& value) {
    void* const* handles = static_cast<void* const*>(value.p);
    c10::List<T> list;
    list.reserve(value.count);
    for (int32_t i = 0; i < value.count; i++) {
        if constexpr (std::is_same_v<T, at::Tensor>) {
            list.push_back(simclr::borrow(handles[i]));
        } else {
            list.push_back(handles[i] == nullptr ? T() : T(simclr::borrow(handles[i])));
        }
    }
    return list;
}

c10::IValue scalars_of(const Value& value) {
    const double* items = static_cast<const double*>(value.p);
    c10::impl::GenericList list(c10::NumberType::get());
    for (int32_t i = 0; i < value.count; i++) {
        list.push_back(c10::IValue(items[i]));
    }
    return list;
}

c10::IValue int_as(int64_t value, Wanted wanted) {
    switch (wanted) {
        case Wanted::Double: return c10::IValue(static_cast<double>(value));
        case Wanted::Bool: return c10::IValue(value != 0);
        case Wanted::IntList: return c10::IValue(c10::List<int64_t>({value}));
        default: return c10::IValue(value);
    }
}

c10::IValue ints_as(const Value& value, Wanted wanted) {
    if (wanted == Wanted::DoubleList) {
        return list_of<double, int64_t>(value);
    }
    return list_of<int64_t, int64_t>(value);
}

c10::IValue read(const Operator& op, std::size_t index, const Value& value) {
    const Parameter& parameter = op.parameters[index];
    switch (value.tag) {
        case Tag::None:
            if (parameter.optional) {
                return c10::IValue();
            }
            if (parameter.wanted == Wanted::Tensor) {
                return c10::IValue(at::Tensor());
            }
            [[fallthrough]];
        case Tag::Default: {
            TORCH_CHECK(parameter.has_default || parameter.optional, "argument '", op.schema.arguments()[index].name(), "' is missing");
            return parameter.has_default ? *op.schema.arguments()[index].default_value() : c10::IValue();
        }
        case Tag::Tensor: return simclr::borrow(value.p);
        case Tag::Int: return int_as(value.i, parameter.wanted);
        case Tag::Double: return c10::IValue(value.d);
        case Tag::Bool: return c10::IValue(value.i != 0);
        case Tag::IntList: return ints_as(value, parameter.wanted);
        case Tag::DoubleList:
            return parameter.wanted == Wanted::ScalarList ? scalars_of(value) : c10::IValue(list_of<double, double>(value));
        case Tag::BoolList: return list_of<bool, uint8_t>(value);
        case Tag::TensorList:
            if (parameter.wanted == Wanted::OptionalTensorList) {
                return tensors_of<simclr::Optional<at::Tensor>>(value);
            }
            return tensors_of<at::Tensor>(value);
        case Tag::String: return c10::IValue(std::string(static_cast<const char*>(value.p), value.count));
        case Tag::Device: return c10::IValue(simclr::device_of(static_cast<int32_t>(value.i)));
        case Tag::Generator: return c10::IValue(*static_cast<at::Generator*>(value.p));
    }
    TORCH_CHECK(false, "unknown value tag ", static_cast<int32_t>(value.tag));
}

Value write(const c10::IValue& value) {
    Value result{Tag::None, 0, {0}};
    if (value.isTensor()) {
        result.p = simclr::own(value.toTensor());
        result.tag = result.p == nullptr ? Tag::None : Tag::Tensor;
    } else if (value.isTensorList()) {
        const auto tensors = value.toTensorVector();
        void** handles = new void*[tensors.size()];
        for (std::size_t i = 0; i < tensors.size(); i++) {
            handles[i] = simclr::own(tensors[i]);
        }
        result.tag = Tag::TensorList;
        result.count = static_cast<int32_t>(tensors.size());
        result.p = handles;
    } else if (value.isBool()) {
        result.tag = Tag::Bool;
        result.i = value.toBool() ? 1 : 0;
    } else if (value.isInt()) {
        result.tag = Tag::Int;
        result.i = value.toInt();
    } else if (value.isDouble()) {
        result.tag = Tag::Double;
        result.d = value.toDouble();
    } else {
        TORCH_CHECK(value.isNone(), "a result of type ", value.tagKind(), " cannot be handed out");
    }
    return result;
}

void describe(std::ostream& text, const Value& value) {
    switch (value.tag) {
        case Tag::Tensor: text << simclr::describe(simclr::borrow(value.p)); break;
        case Tag::Int: text << value.i; break;
        case Tag::Double: text << value.d; break;
        case Tag::Bool: text << (value.i != 0 ? "true" : "false"); break;
        case Tag::IntList: text << c10::ArrayRef<int64_t>(static_cast<const int64_t*>(value.p), value.count); break;
        case Tag::TensorList:
            text << "[";
            for (int32_t i = 0; i < value.count && i < 4; i++) {
                text << (i == 0 ? "" : ", ") << simclr::describe(simclr::borrow(static_cast<void* const*>(value.p)[i]));
            }
            text << (value.count > 4 ? ", ...]" : "]");
            break;
        case Tag::String: text << '\'' << std::string(static_cast<const char*>(value.p), value.count) << '\''; break;
        case Tag::Device: text << simclr::device_of(static_cast<int32_t>(value.i)); break;
        default: text << "..."; break;
    }
}

// "conv2d(input: float32[1, 3, 8, 8], weight: float32[4, 5, 3, 3])": what a person needs to find the wrong shape.
std::string describe(const Operator& op, const Value* args, int32_t count) {
    std::ostringstream text;
    const std::string& name = op.schema.name();
    text << (name.rfind("aten::", 0) == 0 ? name.substr(6) : name) << "(";
    bool first = true;
    for (int32_t i = 0; i < count && i < static_cast<int32_t>(op.parameters.size()); i++) {
        if (args[i].tag != Tag::None && args[i].tag != Tag::Default) {
            text << (first ? "" : ", ") << op.schema.arguments()[i].name() << ": ";
            describe(text, args[i]);
            first = false;
        }
    }
    text << ")";
    return text.str();
}

} // namespace

void* simclr_operator(const char* name, const char* overload) {
    try {
        const auto found = c10::Dispatcher::singleton().findSchema({std::string("aten::") + name, overload});
        TORCH_CHECK(found.has_value(), "this libtorch has no such operator");
        return new Operator(*found);
    } catch (...) {
        simclr::fail(*overload == '\0' ? std::string(name) : std::string(name) + "." + overload);
        return nullptr;
    }
}

int32_t simclr_call(void* handle, const Value* args, int32_t count, Value* results, int32_t capacity) {
    const Operator& op = *static_cast<const Operator*>(handle);
    try {
        const std::size_t parameters = op.parameters.size();
        TORCH_CHECK(count <= static_cast<int32_t>(parameters), "takes ", parameters, " arguments, not ", count);
        torch::jit::Stack stack;
        stack.reserve(parameters);
        for (int32_t i = 0; i < count; i++) {
            stack.push_back(read(op, i, args[i]));
        }
        const Value missing{Tag::Default, 0, {0}};
        for (std::size_t i = count; i < parameters; i++) {
            stack.push_back(read(op, i, missing));
        }
        op.handle.callBoxed(&stack);
        if (capacity == 0) {
            return 0;
        }
        TORCH_CHECK(static_cast<int32_t>(stack.size()) <= capacity, "returned ", stack.size(), " values");
        for (std::size_t i = 0; i < stack.size(); i++) {
            results[i] = write(stack[i]);
        }
        return static_cast<int32_t>(stack.size());
    } catch (...) {
        simclr::fail(describe(op, args, count));
        return -1;
    }
}

void simclr_free_list(void* list) {
    delete[] static_cast<void**>(list);
}
