"""The words of the Core Business Vocabulary 2.0 that EPCIS fields may hold bare; data only."""

from typing import Final

CBV: Final = "https://ref.gs1.org/cbv/"
WEB_VOCABULARY: Final = "https://gs1.org/voc/"
# Prefixes that every document has without declaring them. In XML the namespace of master data
# attributes ends without a colon, and the hash of an event is the same in both.
PREFIXES: Final = {
    "cbv": CBV,
    "cbvmda": "urn:epcglobal:cbv:mda",
    "epcis": "https://ref.gs1.org/epcis/",
    "gs1": WEB_VOCABULARY,
}
# How older documents wrote a standard word, and how it is written now.
FORMER: Final = {
    "urn:epcglobal:cbv:bizstep:": f"{CBV}BizStep-",
    "urn:epcglobal:cbv:disp:": f"{CBV}Disp-",
    "urn:epcglobal:cbv:btt:": f"{CBV}BTT-",
    "urn:epcglobal:cbv:sdt:": f"{CBV}SDT-",
    "urn:epcglobal:cbv:er:": f"{CBV}ER-",
}


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _words(text: str) -> frozenset[str]:
    return frozenset(words(text))


ACTIONS: Final = _words("ADD OBSERVE DELETE")
BIZ_STEPS: Final = _words("""
accepting arriving assembling collecting commissioning consigning creating_class_instance
cycle_counting decommissioning departing destroying disassembling dispensing encoding
entering_exiting holding inspecting installing killing loading other packing picking receiving
removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting
shipping staging_outbound stock_taking stocking storing transporting unloading unpacking
void_shipping
""")
DISPOSITIONS: Final = _words("""
active available completeness_inferred completeness_verified conformant container_closed
container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive
mismatch_class mismatch_instance mismatch_quantity needs_replacement no_pedigree_match
non_conformant non_sellable_other partially_dispensed recalled reserved retail_sold returned
sellable_accessible sellable_not_accessible stolen unavailable unknown
""")
TRANSACTION_TYPES: Final = _words("""
bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt
""")
PARTY_TYPES: Final = _words("owning_party possessing_party location")
ERROR_REASONS: Final = _words("did_not_occur incorrect_data")
ALERTS: Final = _words("ALARM_CONDITION ERROR_CONDITION")
COMPONENTS: Final = _words("""
x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing
latitude longitude altitude
""")
MEASUREMENTS: Final = _words("""
AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area
Capacitance Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate
DynamicViscosity ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy
Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum
Luminance LuminousFlux LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential
Mass MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy
MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity
Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature
Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber
""")
